import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import {
  CallError,
  LedgerError,
  OperationEndedError,
  OperationNotFoundError,
  PendingCallsError,
} from '../src/index.js';
import { connect, Signal, temporaryDirectory, told } from './support.js';

test('an operation from its creation to its archive', async (t) => {
  const ledgerPath = path.join(temporaryDirectory(t), 'ledger');
  const ledger = await connect(t, { ledgerPath });
  assert.equal(ledger.participantId, 'cli');
  assert.equal((await ledger.status()).basePath, fs.realpathSync(ledgerPath));

  const operation = await ledger.createOperation({
    description: 'build',
    labels: { branch: 'main' },
  });
  assert.equal(operation.isInitiator, true);
  assert.equal(operation.participantId, 'cli');
  assert.equal(operation.startTimeIso, operation.startTime.toISOString());
  assert.match(operation.elapsedFormatted, /^\d{3}\.\d{3}$/);

  const call = await operation.startCall<{ files: number }>({ description: 'compile' });
  const inner = await operation.startCall({ parentCallId: call.callId });
  const file = path.join(temporaryDirectory(t), 'out.tmp');
  const { resourceId } = await operation.registerTempResource({ path: file, call });
  await operation.log('halfway', { level: 'warning' });

  const document = await operation.document();
  assert.equal(document.description, 'build');
  assert.deepEqual(document.labels, { branch: 'main' });
  assert.deepEqual(
    document.callFrames.map((frame) => frame.parentCallId),
    [undefined, call.callId],
  );
  assert.deepEqual(
    document.tempResources.map((resource) => resource.path),
    [file],
  );

  assert.deepEqual(await operation.unregisterTempResource({ resourceId }), { removed: true });
  assert.deepEqual(await operation.unregisterTempResource({ resourceId }), { removed: false });
  await inner.end();
  const { durationMs } = await call.end({ files: 3 });
  assert.ok(durationMs >= 0 && call.isEnded);
  const outcome = await operation.awaitCall<{ files: number }>(call.callId);
  assert.equal(outcome.status, 'succeeded');
  assert.equal(outcome.result?.files, 3);

  const before = await operation.document({ atSeq: 1 });
  assert.equal(before.callFrames.length, 0);
  const { events } = await operation.trail();
  assert.deepEqual(
    events.map((event) => event.seq),
    events.map((_, index) => index + 1),
  );

  const { backupPath } = await operation.complete();
  assert.match(
    fs.readFileSync(path.join(backupPath, 'operation.log'), 'utf8'),
    /\[WARNING\].*halfway/,
  );
  const { operations } = await ledger.operations({ includeBackups: true });
  assert.deepEqual(
    operations.map((summary) => [summary.operationId, summary.operationState]),
    [[operation.operationId, 'completed']],
  );
});

test('two participants, each with a sidecar of its own, on one operation', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const cli = await connect(t, { ledgerPath });
  const bridge = await connect(t, { ledgerPath, participantId: 'bridge' });
  assert.notEqual(cli.sidecar.server.pid, bridge.sidecar.server.pid);

  const joined = new Signal<string>();
  const left = new Signal<string>();
  const completed = new Signal<string>();
  const operation = await cli.createOperation({
    callback: {
      onParticipantJoined: (_, event) => joined.resolve(event.participantId),
      onParticipantLeft: (_, event) => left.resolve(event.participantId),
    },
  });
  const { operationId } = operation;
  const other = await bridge.joinOperation(operationId);
  assert.equal(await joined.told, 'bridge');
  assert.equal(other.isInitiator, false);
  const second = await bridge.joinOperation({
    operationId,
    callback: { onCompleted: (_, event) => completed.resolve(event.backupPath) },
  });
  assert.notEqual(second.sessionId, other.sessionId);

  // A result goes from one to the other, whichever comes first: the end or the wait.
  const call = await other.startCall<string[]>();
  const waiting = operation.awaitCall<string[]>(call.callId);
  await call.end(['a', 'ü']);
  assert.deepEqual((await waiting).result, ['a', 'ü']);
  assert.deepEqual((await operation.awaitCall(call.callId)).result, ['a', 'ü']);

  // So does an error, with its stack.
  const failing = await other.startCall({ failOnCrash: false });
  await failing.fail(new RangeError('out of bounds'));
  const outcome = await operation.awaitCall(failing.callId);
  assert.equal(outcome.status, 'failed');
  assert.equal(outcome.error, 'out of bounds');
  assert.match(outcome.stackTrace ?? '', /operation\.test/);

  // A fallback turns an error into a result.
  const saved = await other.startCall<number>();
  await saved.fail('no network', { fallback: 42 });
  assert.equal((await operation.awaitCall<number>(saved.callId)).result, 42);

  await other.leave();
  assert.equal(await left.told, 'bridge');
  const { backupPath } = await operation.complete();
  assert.equal(await completed.told, backupPath);
});

test('log lines and backups are told to a ledger that asks for them', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  let heard = '';
  const backup = new Signal<string>();
  await connect(t, {
    ledgerPath,
    participantId: 'viewer',
    callback: {
      onLogLine: (event) => {
        if (event.line.includes('hello')) heard = event.line;
      },
      onBackupCreated: (event) => backup.resolve(event.path),
    },
  });
  const ledger = await connect(t, { ledgerPath });
  const operation = await ledger.createOperation();
  // The viewer, which has joined nothing, notices a new operation a moment later.
  const sayUntilHeard = async (): Promise<void> => {
    await operation.log('hello from here');
    if (heard === '') await sayUntilHeard();
  };
  await told(sayUntilHeard());
  assert.match(heard, /\[INFO\].*hello from here/);
  assert.equal((await operation.complete()).backupPath, await backup.told);
});

test('a call learns that someone wants it cancelled, and that it has ended', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const cli = await connect(t, { ledgerPath });
  const bridge = await connect(t, { ledgerPath, participantId: 'bridge' });
  const operation = await cli.createOperation();
  await bridge.joinOperation(operation.operationId);
  const cancel = new Signal<string | undefined>();
  const finished = new Signal<string>();
  const call = await operation.startCall({
    failOnCrash: false,
    callback: {
      onCancelRequested: (_, event) => cancel.resolve(event.reason),
      onFinished: (_, event) => finished.resolve(event.status),
    },
  });
  const { callId } = call;
  const { operationId } = operation;
  await bridge.protocol.callCancel({ operationId, callId, reason: 'changed my mind' });
  assert.equal(await cancel.told, 'changed my mind');
  await call.fail('given up');
  assert.match(await finished.told, /failed|cancelled/);
});

test('a failure reaches everyone', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const cli = await connect(t, { ledgerPath });
  const bridge = await connect(t, { ledgerPath, participantId: 'bridge' });
  const called = new Signal<string>();
  const operation = await cli.createOperation({
    callback: { onFailure: (_, event) => called.resolve(event.reason) },
  });
  const other = await bridge.joinOperation(operation.operationId);
  const call = await other.startCall();
  await call.fail(new Error('disk on fire'));
  const event = await told(operation.onFailure);
  assert.deepEqual(event.crashedCallIds, [call.callId]);
  assert.match(event.reason, /disk on fire/);
  assert.equal(await called.told, event.reason);
  await told(other.onFailure);
});

test('errors carry their code, their class and what they are about', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t) });
  const missing = '20260122T143045.123-cli-a1b2c3d4';
  await assert.rejects(ledger.joinOperation(missing), (error) => {
    assert.ok(error instanceof OperationNotFoundError && error instanceof LedgerError);
    assert.equal(error.code, 'operationNotFound');
    assert.equal(error.numericCode, 2001);
    assert.equal(error.data.operationId, missing);
    return true;
  });
  await assert.rejects(ledger.joinOperation('../etc'), { code: 'invalidOperationId' });

  const operation = await ledger.createOperation();
  const call = await operation.startCall();
  await assert.rejects(operation.leave(), (error) => {
    assert.ok(error instanceof PendingCallsError);
    assert.deepEqual(error.data.callIds, [call.callId]);
    return true;
  });
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  await assert.rejects(call.end(cyclic), TypeError);
  assert.equal(call.isEnded, false);
  await call.end();
  await assert.rejects(call.end(), CallError);
  await operation.complete();
  await assert.rejects(
    operation.log('too late'),
    (error) => error instanceof OperationEndedError || error instanceof OperationNotFoundError,
  );
});

test('what is too large for the sidecar is refused, and the ledger goes on', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t) });
  const operation = await ledger.createOperation();
  const call = await operation.startCall<string>();
  const limit = ledger.sidecar.limits.maxFrameBytes;
  await assert.rejects(
    call.end('x'.repeat(limit)),
    (error: unknown) =>
      error instanceof LedgerError &&
      error.code === 'limitExceeded' &&
      error.numericCode === 1003 &&
      error.data.limit === limit,
  );
  await call.end('x'.repeat(limit - 1000));
});
