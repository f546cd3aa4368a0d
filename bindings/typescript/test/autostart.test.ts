import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { binaryPath, connect, defer, Signal, temporaryDirectory } from './support.js';

test('many that start a server at once get the same one', async (t) => {
  const options = autoStart(t);
  const ledgers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((participantId) => connect(t, { ...options, participantId })),
  );
  const pids = new Set(ledgers.map((ledger) => ledger.sidecar.server.pid));
  for (const pid of pids) killAfter(t, pid);
  assert.equal(pids.size, 1);
});

test('a server that was killed is started again', async (t) => {
  const back = new Signal<void>();
  const options = { ...autoStart(t), callback: { onReconnected: () => back.resolve() } };
  const ledger = await connect(t, options);
  process.kill(ledger.sidecar.server.pid, 'SIGKILL');
  await back.told;
  killAfter(t, ledger.sidecar.server.pid);
  await ledger.createOperation();
});

/**
 * A ledger whose server is found by itself, in a runtime directory of the test's
 * own. A server that lost the race, and wakes up when the test has killed the
 * winner, ends soon of its own accord.
 */
function autoStart(t: TestContext): {
  readonly ledgerPath: string;
  readonly binaryPath: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly autoStart: true;
} {
  const wrapper = path.join(temporaryDirectory(t), 'tomledger');
  const script = `#!/bin/sh\nexec "${binaryPath}" "$@" --idle-exit 500ms\n`;
  fs.writeFileSync(wrapper, script, { mode: 0o755 });
  const environment = { XDG_RUNTIME_DIR: temporaryDirectory(t) };
  return { ledgerPath: temporaryDirectory(t), binaryPath: wrapper, environment, autoStart: true };
}

function killAfter(t: TestContext, pid: number): void {
  defer(t, () => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  });
}
