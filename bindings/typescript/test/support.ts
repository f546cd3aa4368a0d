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

const cleanups = new WeakMap<TestContext, (() => unknown)[]>();

/** Runs a cleanup when the test is over: the last one first, unlike `t.after`. */
export function defer(t: TestContext, cleanup: () => unknown): void {
  const known = cleanups.get(t);
  if (known !== undefined) {
    known.push(cleanup);
    return;
  }
  const stack = [cleanup];
  cleanups.set(t, stack);
  t.after(async () => {
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) await next();
  });
}

/** A directory that is removed when the test is over. */
export function temporaryDirectory(t: TestContext): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tomledger-ts-'));
  // The sidecar of a process that has ended may still be leaving: it is given a second.
  const removal = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 };
  defer(t, () => fs.rmSync(directory, removal));
  return directory;
}

/** A ledger that is disposed when the test is over. */
export async function connect(
  t: TestContext,
  options: Partial<ConnectOptions> & { readonly ledgerPath: string },
): Promise<Ledger> {
  const ledger = await Ledger.connect({ participantId: 'cli', binaryPath, ...options });
  defer(t, () => ledger.dispose());
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
