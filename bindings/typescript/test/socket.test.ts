import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ConnectionError, Ledger } from '../src/index.js';
import { binaryPath, connect, Signal, temporaryDirectory, told } from './support.js';

test('a socket nobody serves is an error that says what to do', async (t) => {
  const socketPath = path.join(temporaryDirectory(t), 's');
  await assert.rejects(Ledger.connect({ participantId: 'cli', socketPath }), (error) => {
    assert.ok(error instanceof ConnectionError && error.code === 'sidecarNotStarted');
    assert.match(error.message, /tomledger serve/);
    return true;
  });
});

test('two ledgers share a server, which the first one starts', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const options = { ledgerPath, socketPath: path.join(temporaryDirectory(t), 's'), autoStart: true };
  const cli = await connect(t, options);
  killAfter(t, cli.sidecar.server.pid);
  const bridge = await connect(t, { ...options, participantId: 'bridge', autoStart: false });
  assert.equal(cli.sidecar.server.pid, bridge.sidecar.server.pid);

  const operation = await cli.createOperation();
  const other = await bridge.joinOperation(operation.operationId);
  await operation.setAbortFlag(true, 'enough');
  assert.equal((await told(other.onAbort)).reason, 'enough');
  await operation.complete();
  await cli.dispose();
  assert.equal((await bridge.status()).status, 'ok');
});

test('many that start a server at once get the same one', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const options = { ledgerPath, socketPath: path.join(temporaryDirectory(t), 's'), autoStart: true };
  const ledgers = await Promise.all(
    ['a', 'b', 'c', 'd'].map((participantId) => connect(t, { ...options, participantId })),
  );
  const pids = new Set(ledgers.map((ledger) => ledger.sidecar.server.pid));
  for (const pid of pids) killAfter(t, pid);
  assert.equal(pids.size, 1);
});

test('a server that was killed is started again', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const back = new Signal<void>();
  const ledger = await connect(t, {
    ledgerPath,
    socketPath: path.join(temporaryDirectory(t), 's'),
    autoStart: true,
    callback: { onReconnected: () => back.resolve() },
  });
  process.kill(ledger.sidecar.server.pid, 'SIGKILL');
  await back.told;
  killAfter(t, ledger.sidecar.server.pid);
  await ledger.createOperation();
});

test('a server that runs is found without naming its socket', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const environment = { XDG_RUNTIME_DIR: temporaryDirectory(t) };
  const server = spawn(binaryPath, ['serve', '--ledger', ledgerPath], {
    env: { ...process.env, ...environment },
    stdio: 'ignore',
  });
  await once(server, 'spawn');
  killAfter(t, server.pid ?? 0);
  const ledger = await connect(t, { ledgerPath, environment, autoStart: true });
  killAfter(t, ledger.sidecar.server.pid);
  await ledger.createOperation();
});

function killAfter(t: TestContext, pid: number): void {
  t.after(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  });
}
