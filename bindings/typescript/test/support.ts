import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { TestContext } from 'node:test';
import { type ConnectOptions, Ledger } from '../src/index.js';

/** The repository, from dist/test. */
export const repository = path.resolve(__dirname, '../../../..');

/** The real binary: $TOMLEDGER_BINARY, or what `go build -o bin/tomledger ./cmd/tomledger` left. */
export const binaryPath =
  process.env['TOMLEDGER_BINARY'] ?? path.join(repository, 'bin', 'tomledger');

/** A directory that is removed when the test is over. */
export function temporaryDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tomledger-ts-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A ledger that is disposed when the test is over. */
export async function connect(
  t: TestContext,
  options: Partial<ConnectOptions> & { readonly ledgerPath: string },
): Promise<Ledger> {
  const ledger = await Ledger.connect({ participantId: 'cli', binaryPath, ...options });
  t.after(() => ledger.dispose());
  return ledger;
}

/**
 * Awaits something that the sidecar tells us by itself. An idle ledger does not
 * keep its process alive, so the test must; and it must not wait for ever.
 */
export async function told<T>(promise: Promise<T>): Promise<T> {
  let watchdog: NodeJS.Timeout | undefined;
  const never = new Promise<never>((_, reject) => {
    watchdog = setTimeout(() => reject(new Error('nobody told us')), 20_000);
  });
  try {
    return await Promise.race([promise, never]);
  } finally {
    clearTimeout(watchdog);
  }
}

/** What a callback will be told. */
export class Signal<T> {
  resolve!: (value: T) => void;
  private readonly promise = new Promise<T>((resolve) => {
    this.resolve = resolve;
  });

  get told(): Promise<T> {
    return told(this.promise);
  }
}
