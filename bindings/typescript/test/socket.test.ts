import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { test, type TestContext } from 'node:test';
import { ConnectionError, Ledger } from '../src/index.js';
import { binaryPath, connect, defer, temporaryDirectory, told } from './support.js';

test('a socket nobody serves is an error that says what to do', async (t) => {
  const socketPath = path.join(temporaryDirectory(t), 's');
  await assert.rejects(Ledger.connect({ participantId: 'cli', socketPath }), (error) => {
    assert.ok(error instanceof ConnectionError && error.code === 'sidecarNotStarted');
    assert.match(error.message, /tomledger serve/);
    return true;
  });
});

test('two ledgers share a server', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const socketPath = path.join(temporaryDirectory(t), 's');
  await serve(t, ledgerPath, socketPath);
  const cli = await connect(t, { ledgerPath, socketPath });
  const bridge = await connect(t, { ledgerPath, socketPath, participantId: 'bridge' });
  assert.equal(cli.sidecar.server.pid, bridge.sidecar.server.pid);

  const operation = await cli.createOperation();
  const other = await bridge.joinOperation(operation.operationId);
  await operation.setAbortFlag(true, 'enough');
  assert.equal((await told(other.onAbort)).reason, 'enough');
  await operation.complete();
  await cli.dispose();
  assert.equal((await bridge.status()).status, 'ok');
});

/** Runs a server; returns when it takes connections. */
async function serve(t: TestContext, ledgerPath: string, socketPath: string): Promise<void> {
  const server = spawn(
    binaryPath,
    ['serve', '--log-level', 'info', '--ledger', ledgerPath, '--socket', socketPath],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  defer(t, async () => {
    if (server.kill()) await once(server, 'exit');
  });
  const [line] = (await once(server.stderr, 'data')) as [Buffer];
  assert.match(line.toString(), /serving/);
  server.stderr.resume();
}
