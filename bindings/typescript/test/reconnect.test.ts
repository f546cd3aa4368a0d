import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { ConnectionError, type Ledger } from '../src/index.js';
import { connect, Signal, temporaryDirectory, told } from './support.js';

function killSidecar(ledger: Ledger): void {
  process.kill(ledger.sidecar.server.pid, 'SIGKILL');
}

test('a killed sidecar is replaced, and the operation goes on', async (t) => {
  const lost = new Signal<string>();
  const back = new Signal<void>();
  const ledger = await connect(t, {
    ledgerPath: temporaryDirectory(t),
    reconnectGraceMs: 10_000,
    callback: { onConnectionLost: lost.resolve, onReconnected: () => back.resolve() },
  });
  const operation = await ledger.createOperation();
  const call = await operation.startCall<string>();
  const first = ledger.sidecar.server.pid;

  killSidecar(ledger);
  assert.match(await lost.told, /was ended by SIGKILL/);
  await back.told;
  assert.notEqual(ledger.sidecar.server.pid, first);
  assert.deepEqual(ledger.sidecar.resumedSessions, [
    { operationId: operation.operationId, sessionId: operation.sessionId },
  ]);
  await call.end('done');
  assert.equal((await operation.awaitCall(call.callId)).result, 'done');
  await operation.complete();
});

test('requests under way when the sidecar dies are done once', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t), reconnectGraceMs: 10_000 });
  const operation = await ledger.createOperation();
  const call = await operation.startCall<string>();
  const waiting = operation.awaitCall<string>(call.callId);
  const lines = Array.from({ length: 20 }, (_, i) => operation.log(`line ${i}.`));
  killSidecar(ledger);
  await Promise.all(lines);
  await call.end('done');
  assert.equal((await waiting).result, 'done');

  const { events } = await operation.trail();
  const logged = events.filter((event) => event.type === 'logged').map((event) => event.data);
  const text = JSON.stringify(logged);
  for (let i = 0; i < 20; i++) assert.equal(text.split(`line ${i}.`).length - 1, 1, `line ${i}`);
});

test('an abort that happened meanwhile is told after the reconnection', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const cli = await connect(t, { ledgerPath });
  const bridge = await connect(t, {
    ledgerPath,
    participantId: 'bridge',
    reconnectGraceMs: 10_000,
    heartbeatIntervalMs: 60_000, // what is missed is not to be learned from a beat
  });
  const operation = await cli.createOperation();
  const other = await bridge.joinOperation(operation.operationId);
  killSidecar(bridge);
  await operation.setAbortFlag(true, 'meanwhile');
  assert.equal((await told(other.onAbort)).reason, 'meanwhile');
});

test('a sidecar that dies too often is given up, and says so', async (t) => {
  let reconnected = (): void => undefined;
  const givenUp = new Signal<Error>();
  const ledger = await connect(t, {
    ledgerPath: temporaryDirectory(t),
    callback: {
      onReconnected: () => reconnected(),
      onConnectionGivenUp: givenUp.resolve,
    },
  });
  for (let restarts = 0; restarts < 5; restarts++) {
    const again = new Signal<void>();
    reconnected = () => again.resolve();
    killSidecar(ledger);
    await again.told;
  }
  killSidecar(ledger);
  const error = await givenUp.told;
  assert.ok(error instanceof ConnectionError && error.code === 'restartsExhausted');
  assert.match(error.message, /more than 5 times within 180 s.*SIGKILL/);
  await assert.rejects(ledger.status(), { code: 'restartsExhausted' });
});

test('requests under way at dispose are rejected; disposing again is fine', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t) });
  const operation = await ledger.createOperation();
  const call = await operation.startCall();
  const waiting = assert.rejects(operation.awaitCall(call.callId), { code: 'disposed' });
  await Promise.all([ledger.dispose(), ledger.dispose()]);
  await waiting;
  await assert.rejects(operation.log('too late'), { code: 'disposed' });
});

test('a wait is given up by its signal', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t) });
  const operation = await ledger.createOperation();
  const call = await operation.startCall();
  const controller = new AbortController();
  const waiting = operation.awaitCall(call.callId, { signal: controller.signal });
  controller.abort();
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(operation.awaitCall(call.callId, { timeoutMs: 1 }), { code: 'callTimeout' });
  await call.end();
  assert.equal((await operation.awaitCall(call.callId)).status, 'succeeded');
});

test('what a callback throws is a warning, and harms nobody', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t) });
  const warning = told(once(process, 'warning'));
  const operation = await ledger.createOperation({
    callback: { onAbort: () => Promise.reject(new Error('bug in a callback')) },
  });
  await operation.setAbortFlag();
  assert.match(String((await warning)[0]), /bug in a callback/);
  await operation.checkAbort().catch(() => undefined);
});
