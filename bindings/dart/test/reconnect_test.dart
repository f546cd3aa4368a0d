import 'dart:async';
import 'dart:io';

import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';
import 'support/ledgers.dart';

void declare() {
  test('reconnect: the sidecar is killed, and the work goes on', () async {
    final directory = await tempDir();
    final lost = Events<String>(), back = Events<void>();
    final ledger = await connect(
      directory,
      callback: LedgerCallback(
        onConnectionLost: lost.add,
        onReconnected: () => back.add(null),
      ),
    );
    final operation = await ledger.createOperation();
    final call = await operation.startCall<int>();
    final waiting = operation.awaitCall<int>(call.callId);
    final before = ledger.sidecar.server.pid;

    killSidecar(ledger);
    expectContains(await lost.next(), ['process $before', 'has ended']);
    await back.next();
    expect(ledger.sidecar.server.pid == before, false);
    expect(
      ledger.sidecar.resumedSessions.single.sessionId,
      operation.sessionId,
    );
    await call.end(7);
    expect((await waiting).result, 7, 'a request that was under way');
    await operation.complete();
  });

  test('reconnect: requests in flight while the sidecar is killed', () async {
    final directory = await tempDir();
    final ledger = await connect(directory);
    final operation = await ledger.createOperation();
    for (var round = 0; round < 3; round++) {
      final lines = [
        for (var i = 0; i < 200; i++) operation.log('line $round/$i'),
      ];
      await lines[20]; // some are written and not yet answered
      killSidecar(ledger);
      await Future.wait(lines);
    }
    final logged = <String>[];
    for (int? after = 0; after != null;) {
      final page = await operation.trail(afterSeq: after);
      logged.addAll([
        for (final event in page.events)
          if (event.type == 'logged')
            (event.data! as Map<String, Object?>)['message']! as String,
      ]);
      after = page.next;
    }
    expect(logged.toSet().length, 600, 'no line is missing');
    expect(logged.length, 600, 'no line was written twice');
  });

  test('reconnect: an abort that came meanwhile is noticed', () async {
    final directory = await tempDir();
    final told = Events<OperationAbortedEvent>();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    final theirs = await bridge.joinOperation(
      mine.operationId,
      callback: OperationCallback(onAbort: (_, event) => told.add(event)),
    );
    // Stopped, the sidecar can't pass it on before it is killed.
    await stopSidecar(bridge);
    await mine.setAbortFlag(reason: 'meanwhile');
    killSidecar(bridge);
    expect((await told.next()).reason, 'meanwhile');
    expect(theirs.isAborted, true);
  });

  test('reconnect: a session that ended meanwhile is told', () async {
    final directory = await tempDir();
    final errors = Events<LedgerException>();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    final theirs = await bridge.joinOperation(
      mine.operationId,
      callback: OperationCallback(
        onHeartbeatError: (_, error) => errors.add(error),
      ),
    );
    await stopSidecar(bridge);
    await mine.complete(force: true);
    killSidecar(bridge);
    expect((await errors.next()).code, 'sessionLost');
    await expectThrows<LedgerException>(() => theirs.startCall<void>());
  });

  test('reconnect: after 5 restarts it gives up, and says so', () async {
    final directory = await tempDir();
    final given = Events<LedgerException>();
    final back = Events<void>();
    final ledger = await connect(
      directory,
      heartbeatInterval: const Duration(milliseconds: 1),
      callback: LedgerCallback(
        onReconnected: () => back.add(null),
        onConnectionGivenUp: given.add,
      ),
    );
    final operation = await ledger.createOperation();
    final call = await operation.startCall<void>();
    final waiting = operation.awaitCall<void>(call.callId);
    final failed = expectThrows<ConnectionException>(() => waiting);
    for (var i = 0; i < 5; i++) {
      killSidecar(ledger);
      await back.next();
    }
    killSidecar(ledger);
    expect((await failed).code, 'restartsExhausted');
    final error = await given.next();
    expectContains(error.message, ['more than 5 times within 180 s']);
    await expectThrows<ConnectionException>(() => operation.log('hello?'));
    await ledger.dispose();
  });

  test(
    'reconnect: a Ctrl-C at the terminal does not reach the sidecar',
    () async {
      final ledger = await connect(await tempDir());
      expect(_group(ledger.sidecar.server.pid) == _group(pid), false);
    },
  );

  test('reconnect: dispose with requests under way, twice', () async {
    final directory = await tempDir();
    final cli = await connect(directory);
    final ledger = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    final call = await mine.startCall<void>();
    final operation = await ledger.joinOperation(mine.operationId);
    final waits = [
      expectThrows<LedgerException>(
        () => operation.awaitCall<void>(call.callId),
      ),
      expectThrows<LedgerException>(
        () => operation.wait([WaitCondition.ended]),
      ),
    ];
    final sidecar = ledger.sidecar.server.pid;
    await Future.wait([ledger.dispose(), ledger.dispose()]);
    await Future.wait(waits);
    await gone(sidecar);
    final error = await expectThrows<ConnectionException>(
      () => operation.log('late'),
    );
    expect(error.code, 'disposed');
  });
}

/// The process group of a process: who gets the terminal's signals.
String _group(int pid) {
  final stat = File('/proc/$pid/stat').readAsStringSync();
  return stat.substring(stat.lastIndexOf(')') + 2).split(' ')[2];
}

Future<void> main() => runTests(declare);
