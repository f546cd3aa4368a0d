import 'dart:async';

import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';
import 'support/ledgers.dart';

void declare() {
  test(
    'abort: it reaches the others, who acknowledge when they are done',
    () async {
      final directory = await tempDir();
      final reached = Events<OperationAbortedEvent>();
      final unwound = Completer<void>();
      final cli = await connect(directory);
      final bridge = await connect(directory, participantId: 'bridge');
      final mine = await cli.createOperation();
      final theirs = await bridge.joinOperation(
        mine.operationId,
        callback: OperationCallback(
          onAbort: (operation, event) {
            reached.add(event);
            return unwound.future;
          },
        ),
      );
      await theirs.checkAbort();
      expect(theirs.isAborted, false);

      // 1. cli aborts, 2. bridge is told, 3. it is pending while it unwinds.
      await mine.setAbortFlag(reason: 'enough');
      final event = await reached.next();
      expect([event.by, event.reason], ['cli', 'enough']);
      expect((await theirs.onAbort).reason, 'enough');
      expect(theirs.isAborted, true);
      final error = await expectThrows<OperationAbortedException>(
        theirs.checkAbort,
      );
      expectContains(error.message, ['by cli: enough']);
      await expectThrows<OperationAbortedException>(
        () => theirs.startCall<void>(),
      );
      expect((await theirs.state()).abort?.pending.contains('bridge'), true);

      // 4. it is done, 5. and is seen to have acknowledged.
      unwound.complete();
      await _acknowledged(mine, {'cli', 'bridge'});
    },
  );

  test('abort: it can be cleared, and set again', () async {
    final told = Events<String?>();
    final ledger = await connect(await tempDir());
    final operation = await ledger.createOperation(
      callback: OperationCallback(
        onAbort: (_, event) => told.add(event.reason),
      ),
    );
    await operation.setAbortFlag(reason: 'first');
    expect(await told.next(), 'first');
    final first = await operation.onAbort;
    expect(first.value, true);
    await operation.setAbortFlag(value: false);
    await operation.checkAbort();
    final call = await operation.startCall<void>();
    await call.end();
    await operation.setAbortFlag(reason: 'second');
    expect(await told.next(), 'second');
    expect((await operation.onAbort).reason, 'second');
  });

  test('abort: who joins an aborted operation is told at once', () async {
    final directory = await tempDir();
    final told = Events<OperationAbortedEvent>();
    final cli = await connect(directory);
    final mine = await cli.createOperation();
    await mine.setAbortFlag(reason: 'too late');
    final bridge = await connect(directory, participantId: 'bridge');
    await bridge.joinOperation(
      mine.operationId,
      callback: OperationCallback(onAbort: (_, event) => told.add(event)),
    );
    final event = await told.next();
    expect([event.by, event.reason], ['cli', 'too late']);
    await _acknowledged(mine, {'cli', 'bridge'});
  });

  test('abort: a handler that throws has run all the same', () async {
    final thrown = Events<Object>();
    final ledger = await connect(
      await tempDir(),
      callback: LedgerCallback(
        onCallbackError: (error, stackTrace) => thrown.add(error),
      ),
    );
    final operation = await ledger.createOperation(
      callback: OperationCallback(
        onAbort: (_, event) async => throw StateError('unwinding'),
      ),
    );
    await operation.setAbortFlag();
    expect('${await thrown.next()}', 'Bad state: unwinding');
    await _acknowledged(operation, {'cli'});
  });
}

/// Waits until all of [participants] have acknowledged the abort.
Future<void> _acknowledged(
  Operation operation,
  Set<String> participants,
) async {
  while (true) {
    final abort = (await operation.state()).abort;
    if (abort!.acknowledgedBy.toSet().containsAll(participants)) {
      expect(abort.pending, <String>[]);
      return;
    }
  }
}

Future<void> main() => runTests(declare);
