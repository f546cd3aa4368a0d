import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Operation, OperationAbortedError } from '../src/index.js';
import { connect, Signal, temporaryDirectory, told } from './support.js';

test('an abort reaches the others, who acknowledge it when their callbacks have run', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const cli = await connect(t, { ledgerPath });
  const bridge = await connect(t, { ledgerPath, participantId: 'bridge' });
  const operation = await cli.createOperation();
  const handling = new Signal<string>();
  const handled = new Signal<void>();
  const other = await bridge.joinOperation({
    operationId: operation.operationId,
    callback: {
      onAbort: async (_, event) => {
        handling.resolve(`${event.by}: ${event.reason}`);
        await handled.told;
      },
    },
  });
  await other.checkAbort();

  await operation.setAbortFlag(true, 'wrong branch');
  assert.equal(await handling.told, 'cli: wrong branch');
  assert.equal((await told(other.onAbort)).by, 'cli');
  assert.equal(other.isAborted, true);
  await assert.rejects(other.checkAbort(), (error) => {
    assert.ok(error instanceof OperationAbortedError);
    assert.match(error.message, /by cli: wrong branch/);
    return true;
  });

  assert.ok((await operation.state()).abort?.pending.includes('bridge'));
  handled.resolve();
  await acknowledged(operation, 'bridge');
});

test('an abort that is older than the joining is told as well', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const cli = await connect(t, { ledgerPath });
  const operation = await cli.createOperation();
  await operation.setAbortFlag();
  // Not by a heartbeat: that comes too late for this test.
  const heartbeatIntervalMs = 60_000;
  const bridge = await connect(t, { ledgerPath, participantId: 'bridge', heartbeatIntervalMs });
  const other = await bridge.joinOperation(operation.operationId);
  assert.equal((await told(other.onAbort)).by, 'cli');
  await acknowledged(operation, 'bridge');
});

test('a cleared abort can be set again', async (t) => {
  const ledger = await connect(t, { ledgerPath: temporaryDirectory(t) });
  const reasons: (string | undefined)[] = [];
  const operation = await ledger.createOperation({
    callback: { onAbort: (_, event) => void reasons.push(event.reason) },
  });
  await operation.setAbortFlag(true, 'first');
  await told(operation.onAbort);
  await operation.setAbortFlag(false);
  await operation.checkAbort();
  await operation.setAbortFlag(true, 'second');
  while (reasons.length < 2) await operation.onAbort.then(() => operation.state());
  assert.deepEqual(reasons, ['first', 'second']);
});

/** Returns when the state says that the participant has acknowledged. */
function acknowledged(operation: Operation, participantId: string): Promise<void> {
  const look = async (): Promise<void> => {
    const { abort } = await operation.state();
    if (abort?.acknowledgedBy.includes(participantId) !== true) await look();
  };
  return told(look());
}
