import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBinary } from './binary.js';
import { type Channel, socketChannel, spawnChannel } from './channel.js';
import { ConnectionError } from './errors.js';

/** Which sidecar to talk to. */
export interface DialOptions {
  /** The ledger directory; the sidecar's own default, if left out. */
  readonly ledgerPath?: string;
  /** The socket of a running `tomledger serve`. */
  readonly socketPath?: string;
  /** The tomledger binary; searched for, if left out. */
  readonly binaryPath?: string;
  /** Shares a running `tomledger serve`, and starts one if there is none. */
  readonly autoStart?: boolean;
  /** Environment variables of the sidecar, on top of this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How long a started server may take to open its socket. */
const startMs = 5_000;
const pollMs = 20;

/**
 * Prepares the way to a sidecar: a function that opens a channel each time it
 * is called.
 *
 * @throws {@link ConnectionError} `binaryNotFound`.
 */
export function dialer(options: DialOptions): () => Promise<Channel> {
  const { socketPath } = options;
  if (socketPath !== undefined && options.autoStart !== true) {
    return () => socketChannel(socketPath);
  }
  const environment = { ...process.env, ...options.environment };
  const binary = findBinary({ binaryPath: options.binaryPath, environment });
  const ledger =
    options.ledgerPath === undefined ? [] : ['--ledger', path.resolve(options.ledgerPath)];
  if (options.autoStart !== true) {
    return () => spawnChannel({ binary, arguments: ['stdio', ...ledger], environment });
  }
  if (socketPath === undefined) {
    // Where the socket of a ledger lies is for the binary to know: it bridges.
    return () => spawnChannel({ binary, arguments: ['connect', ...ledger], environment });
  }
  const command = { binary, arguments: ['serve', ...ledger, '--socket', socketPath], environment };
  return () => connectOrServe(socketPath, command);
}

async function connectOrServe(
  socketPath: string,
  command: Parameters<typeof spawnChannel>[0],
): Promise<Channel> {
  try {
    return await socketChannel(socketPath);
  } catch {
    // Nobody serves it yet.
  }
  const server = spawn(command.binary, command.arguments, {
    env: command.environment,
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
  });
  server.on('error', () => {
    // It has no pid then.
  });
  server.unref();
  for (let waited = 0; waited < startMs; waited += pollMs) {
    // Asked before connecting: one who lost the race to serve can still connect.
    const last = server.pid === undefined || server.exitCode !== null;
    try {
      return await socketChannel(socketPath);
    } catch (error) {
      if (last) throw error;
    }
    await delay(pollMs);
  }
  throw new ConnectionError(
    'sidecarNotStarted',
    `tomledger serve did not open ${socketPath} within ${startMs / 1000} s`,
  );
}
