import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type {
  CallOutcome,
  CallStartResult,
  OperationAbortedEvent,
  OperationCompleteResult,
  OperationCreateResult,
} from '../src/index.js';
import { binaryPath, Signal, temporaryDirectory } from './support.js';

test('vscode-jsonrpc alone can do a whole operation over stdio', async (t) => {
  const sidecar = spawn(binaryPath, ['stdio', '--ledger', temporaryDirectory(t)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(sidecar, 'exit');
  const rpc = createMessageConnection(
    new StreamMessageReader(sidecar.stdout),
    new StreamMessageWriter(sidecar.stdin),
  );
  const aborted = new Signal<OperationAbortedEvent>();
  rpc.onNotification('operation/aborted', aborted.resolve);
  rpc.listen();

  await assert.rejects(rpc.sendRequest('operation/create', {}), (error) => {
    assert.ok(error instanceof ResponseError);
    assert.equal(error.code, 1001);
    assert.equal((error.data as { code: string }).code, 'notInitialized');
    return true;
  });
  await rpc.sendRequest('initialize', { participantId: 'raw', protocolVersion: '1.0' });
  const { operationId } = await rpc.sendRequest<OperationCreateResult>('operation/create', {});
  const { callId } = await rpc.sendRequest<CallStartResult>('call/start', { operationId });
  await rpc.sendRequest('operation/abort', { operationId, reason: 'enough' });
  assert.equal((await aborted.told).reason, 'enough');
  await rpc.sendRequest('operation/ackAbort', { operationId });
  await rpc.sendRequest('call/end', { operationId, callId, result: [1, 'two'] });
  const outcome = await rpc.sendRequest<CallOutcome>('call/await', { operationId, callId });
  assert.deepEqual(outcome.result, [1, 'two']);
  const { backupPath } = await rpc.sendRequest<OperationCompleteResult>('operation/complete', {
    operationId,
  });
  assert.ok(backupPath.includes(operationId));
  await rpc.sendRequest('shutdown', {});
  sidecar.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  rpc.dispose();
});
