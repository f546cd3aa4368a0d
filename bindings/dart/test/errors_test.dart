import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';
import 'support/ledgers.dart';

void declare() {
  test('errors: an operation that is not there', () async {
    final ledger = await connect(await tempDir());
    final error = await expectThrows<OperationNotFoundException>(
      () => ledger.joinOperation('20260122T143045.123-cli-a1b2c3d4'),
    );
    expect(error.code, 'operationNotFound');
    expect(error.numericCode, ErrorCode.operationNotFound.number);
    expect(error.data['operationId'], '20260122T143045.123-cli-a1b2c3d4');
  });

  test('errors: an operation that has ended', () async {
    final ledger = await connect(await tempDir());
    final operation = await ledger.createOperation();
    await operation.complete();
    await expectThrows<OperationEndedException>(
      () => ledger.joinOperation(operation.operationId),
    );
    await expectThrows<OperationEndedException>(() => operation.log('late'));
  });

  test('errors: a call that has ended, or is not there, or not ours', () async {
    final directory = await tempDir();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    await bridge.joinOperation(mine.operationId);
    final call = await mine.startCall<int>();
    for (final (callId, code) in [
      (call.callId, 'notCallOwner'),
      ('call_none', 'callNotFound'),
    ]) {
      final error = await expectThrows<CallException>(
        () => bridge.protocol.callEnd(
          CallEndParams(operationId: mine.operationId, callId: callId),
        ),
      );
      expect(error.code, code);
    }
    await call.end(1);
    final error = await expectThrows<CallException>(() => call.end(2));
    expect(error.code, 'callAlreadyCompleted');
  });

  test('errors: leaving and completing with open calls', () async {
    final directory = await tempDir();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    final theirs = await bridge.joinOperation(mine.operationId);
    final call = await theirs.startCall<void>(failOnCrash: false);
    final leaving = await expectThrows<PendingCallsException>(theirs.leave);
    expect(leaving.callIds, [call.callId]);
    final completing = await expectThrows<PendingCallsException>(mine.complete);
    expect(completing.callIds, [call.callId]);
    final notOurs = await expectThrows<LedgerException>(theirs.complete);
    expect(notOurs.code, 'notInitiator');
    await theirs.leave(cancelPendingCalls: true);
    await mine.complete(force: true);
  });

  test('errors: a wait that runs out of time', () async {
    final ledger = await connect(await tempDir());
    final operation = await ledger.createOperation();
    final call = await operation.startCall<void>();
    await expectThrows<CallTimeoutException>(
      () => operation.awaitCall<void>(call.callId, timeout: Duration.zero),
    );
    final result = await operation.wait([
      WaitCondition.ended,
    ], timeout: Duration.zero);
    expect(result.reached, WaitCondition.timeout);
  });

  test('errors: parameters that are wrong are named', () async {
    final directory = await tempDir();
    final refused = await expectThrows<LedgerException>(
      () => Ledger.connect(
        participantId: 'no spaces',
        ledgerPath: '${directory.path}/ledger',
      ),
    );
    expect(refused.code, 'invalidParams');
    expect(refused.data['field'], 'participantId');

    final ledger = await connect(directory);
    final operation = await ledger.createOperation();
    final relative = await expectThrows<LedgerException>(
      () => operation.registerTempResource(path: 'not/absolute'),
    );
    expect(relative.code, 'invalidPath');
  });

  test('errors: a request is cancelled', () async {
    final ledger = await connect(await tempDir());
    final operation = await ledger.createOperation();
    final error = await expectThrows<LedgerException>(
      () => ledger.protocol.operationWait(
        OperationWaitParams(
          operationId: operation.operationId,
          until: [WaitCondition.ended],
        ),
        cancel: Future.value(),
      ),
    );
    expect(error.code, 'requestCancelled');
  });
}

Future<void> main() => runTests(declare);
