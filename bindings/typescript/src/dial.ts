import * as path from 'node:path';
import { findBinary } from './binary.js';
import { type Channel, socketChannel, spawnChannel } from './channel.js';

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

/**
 * Prepares the way to a sidecar: a function that opens a channel each time it
 * is called.
 *
 * Where the socket of a ledger lies, and how many clients start one server
 * without a race, is for the binary to know: with `autoStart` a
 * `tomledger connect` finds or starts the server, and bridges.
 *
 * @throws {@link ConnectionError} `binaryNotFound`.
 */
export function dialer(options: DialOptions): () => Promise<Channel> {
  const { socketPath, ledgerPath, autoStart = false } = options;
  if (socketPath !== undefined && !autoStart) return () => socketChannel(socketPath);
  const environment = { ...process.env, ...options.environment };
  const binary = findBinary({ binaryPath: options.binaryPath, environment });
  const args = [
    ...(autoStart ? ['connect', '--auto-start'] : ['stdio']),
    // Absolute, since a restart may happen in another working directory.
    ...(ledgerPath === undefined ? [] : ['--ledger', path.resolve(ledgerPath)]),
    ...(socketPath === undefined ? [] : ['--socket', path.resolve(socketPath)]),
  ];
  return () => spawnChannel({ binary, arguments: args, environment });
}
