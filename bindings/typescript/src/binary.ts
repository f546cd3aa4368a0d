import * as fs from 'node:fs';
import * as path from 'node:path';
import { ConnectionError } from './errors.js';

/** Where to look for the binary. */
export interface BinarySearch {
  /** An explicit path: if given, nothing else is tried. */
  readonly binaryPath?: string | undefined;
  /** The environment: `TOMLEDGER_BINARY` and `PATH` are read. */
  readonly environment: NodeJS.ProcessEnv;
  /** The platform, as in `process.platform`. */
  readonly platform?: NodeJS.Platform;
  /** The architecture, as in `process.arch`. */
  readonly arch?: string;
}

/**
 * Finds the tomledger binary: an explicit path, then `$TOMLEDGER_BINARY`, then
 * the platform package `@tomledger/cli-{platform}-{arch}` beside this one,
 * then `PATH`. A place that was named but holds no executable is an error, not
 * a reason to look on: the caller would be given another version than it asked
 * for.
 *
 * @throws {@link ConnectionError} `binaryNotFound`, with all four in its message.
 */
export function findBinary(search: BinarySearch): string {
  const platform = search.platform ?? process.platform;
  const file = platform === 'win32' ? 'tomledger.exe' : 'tomledger';
  const packageName = `@tomledger/cli-${platform}-${search.arch ?? process.arch}`;
  const fromEnvironment = search.environment['TOMLEDGER_BINARY'];

  const named = search.binaryPath ?? (fromEnvironment || undefined);
  const found =
    named !== undefined
      ? executable(path.resolve(named))
      : inPackage(packageName, file) ?? onPath(search.environment, file);
  if (found !== undefined) return found;

  const place = (value: string | undefined): string => value ?? 'not set';
  throw new ConnectionError(
    'binaryNotFound',
    `no tomledger binary found. Looked at: binaryPath (${place(search.binaryPath)}), ` +
      `$TOMLEDGER_BINARY (${place(fromEnvironment)}), package ${packageName}, ` +
      `and ${file} on PATH. Install one of them or set one of the first two.`,
  );
}

function inPackage(packageName: string, file: string): string | undefined {
  try {
    return executable(require.resolve(`${packageName}/bin/${file}`));
  } catch {
    return undefined; // The package is optional: not installed is not an error.
  }
}

function onPath(environment: NodeJS.ProcessEnv, file: string): string | undefined {
  for (const directory of (environment['PATH'] ?? '').split(path.delimiter)) {
    if (directory === '') continue; // POSIX's "here": running that would be a trap.
    const found = executable(path.join(directory, file));
    if (found !== undefined) return found;
  }
  return undefined;
}

function executable(file: string): string | undefined {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined; // Missing or not ours to run: the same to a search.
  }
}
