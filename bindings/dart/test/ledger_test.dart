import 'dart:io';

import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';
import 'support/ledgers.dart';

void declare() {
  test('ledger: connecting tells where the record is', () async {
    final directory = await tempDir();
    final ledger = await connect(directory);
    expect(ledger.participantId, 'cli');
    expect(ledger.sidecar.server.name, 'tomledger');
    expect(ledger.sidecar.protocolVersion, protocolVersion);
    final status = await ledger.status();
    expect(status.status, 'ok');
    expect(
      Directory(status.basePath).resolveSymbolicLinksSync(),
      Directory('${directory.path}/ledger').resolveSymbolicLinksSync(),
    );
    await ledger.protocol.ping();
  });

  test('ledger: what is too large is refused, and the ledger goes on', () async {
    final ledger = await connect(await tempDir());
    final operation = await ledger.createOperation();
    final call = await operation.startCall<String>();
    final limit = ledger.sidecar.limits.maxFrameBytes;
    final error = await expectThrows<LedgerException>(
      () => call.end('x' * limit),
    );
    expect(error.code, 'limitExceeded');
    expect(error.numericCode, 1003);
    await call.end('x' * (limit - 1000));
  });

  test('ledger: an operation from creation to its record', () async {
    final archived = Events<LedgerBackupCreatedEvent>();
    final lines = Events<LedgerLogLineEvent>();
    final directory = await tempDir();
    final ledger = await connect(
      directory,
      callback: LedgerCallback(
        onBackupCreated: archived.add,
        onLogLine: lines.add,
      ),
    );
    final operation = await ledger.createOperation(
      description: 'the main job',
      labels: {'kind': 'test'},
      deadline: const Duration(hours: 1),
    );
    expect(operation.isInitiator, true);
    expect(operation.participantId, 'cli');
    expect(operation.startTimeIso, operation.startTime.toIso8601String());
    expect(operation.startTimeMs, operation.startTime.millisecondsSinceEpoch);
    expect(
      RegExp(r'^\d{3}\.\d{3}$').hasMatch(operation.elapsedFormatted),
      true,
    );

    final outer = await operation.startCall<String>(description: 'outer');
    final inner = await operation.startCall<int>(
      parentCallId: outer.callId,
      failOnCrash: false,
    );
    final document = await operation.document();
    expect(document.description, 'the main job');
    expect(document.labels, {'kind': 'test'});
    expect(document.deadline != null, true);
    expect(document.callFrames.map((frame) => frame.callId), [
      outer.callId,
      inner.callId,
    ]);
    expect(document.callFrames.last.parentCallId, outer.callId);
    expect(document.callFrames.first.pid, pid);

    final file = File('${directory.path}/work.tmp');
    final registered = await operation.registerTempResource(
      path: file.path,
      call: inner,
    );
    await file.writeAsString('...');
    expect((await operation.document()).tempResources.single.path, file.path);
    final unregistered = await operation.unregisterTempResource(
      resourceId: registered.resourceId,
    );
    expect(unregistered.removed, true);
    final again = await operation.unregisterTempResource(path: file.path);
    expect(again.removed, false);

    await operation.log('half way', level: LogLevel.warning);
    for (var line = ''; !line.contains('half way');) {
      line = (await lines.next()).line;
    }

    expect(outer.isEnded, false);
    await inner.end(42);
    await outer.end('done');
    expect(outer.isEnded, true);
    final result = await operation.complete();
    expect(Directory(result.backupPath).existsSync(), true);
    expect((await archived.next()).operationId, operation.operationId);

    final trail = await operation.trail();
    expect(trail.events.first.type, 'operation_created');
    expect(trail.events.last.type, 'operation_completed');
    final page = await operation.trail(afterSeq: 1, limit: 1);
    expect(page.events.single.seq, 2);
    expect((await operation.document(atSeq: 1)).callFrames.length, 0);
    final operations = await ledger.operations(
      includeBackups: true,
      states: [OperationState.completed],
    );
    expect(operations.operations.single.operationId, operation.operationId);
  });

  test('ledger: two participants, each with a sidecar of its own', () async {
    final directory = await tempDir();
    final joined = Events<ParticipantEvent>(),
        left = Events<ParticipantEvent>();
    final completed = Events<OperationCompletedEvent>();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation(
      callback: OperationCallback(
        onParticipantJoined: (_, event) => joined.add(event),
        onParticipantLeft: (_, event) => left.add(event),
      ),
    );
    final theirs = await bridge.joinOperation(
      mine.operationId,
      callback: OperationCallback(
        onCompleted: (_, event) => completed.add(event),
      ),
    );
    expect(theirs.isInitiator, false);
    expect(theirs.startTime, mine.startTime);
    ParticipantEvent event;
    do {
      event = await joined.next();
    } while (event.participantId != 'bridge');
    expect(event.sessionId, theirs.sessionId);

    final again = await bridge.joinOperation(mine.operationId);
    await again.leave();
    expect((await left.next()).sessionId, again.sessionId);

    // 1. cli waits, 2. bridge works and answers, 3. cli has the answer.
    final call = await theirs.startCall<Map<String, Object?>>();
    final answer = mine.awaitCall<Map<String, Object?>>(call.callId);
    await call.end({
      'text': 'é',
      'list': [1, 2.5, null, true],
    });
    final outcome = await answer;
    expect(outcome.status, CallStatus.succeeded);
    expect(outcome.isSuccess, true);
    expect(outcome.result, {
      'text': 'é',
      'list': [1, 2.5, null, true],
    });
    await expectThrows<FormatException>(() async {
      final wrong = await mine.awaitCall<int>(call.callId);
      return wrong.result;
    });

    final waiting = theirs.wait([WaitCondition.ended]);
    await mine.complete();
    expect((await waiting).reached, WaitCondition.ended);
    expect((await completed.next()).operationId, mine.operationId);
  });

  test('ledger: a failed call, contained and with a fallback', () async {
    final ledger = await connect(await tempDir());
    final operation = await ledger.createOperation();
    final contained = await operation.startCall<int>(failOnCrash: false);
    await contained.fail(
      StateError('no luck'),
      stackTrace: StackTrace.fromString('here'),
    );
    expect(contained.isEnded, true);
    final outcome = await operation.awaitCall<int>(contained.callId);
    expect(outcome.status, CallStatus.failed);
    expect(outcome.isSuccess, false);
    expect(outcome.error, 'Bad state: no luck');
    expect(outcome.stackTrace, 'here');
    expect(outcome.result, null);

    final rescued = await operation.startCall<int>();
    await rescued.fail('no luck', fallback: 7);
    final second = await operation.awaitCall<int>(rescued.callId);
    expect(second.status, CallStatus.succeeded);
    expect(second.result, 7);
    expect((await operation.state()).state, OperationState.running);
  });

  test('ledger: the failure of a call fails the operation for all', () async {
    final directory = await tempDir();
    final failed = Events<OperationFailedEvent>();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    final theirs = await bridge.joinOperation(
      mine.operationId,
      callback: OperationCallback(onFailure: (_, event) => failed.add(event)),
    );
    final call = await mine.startCall<void>();
    await call.fail('the disk is on fire');
    final event = await failed.next();
    expect(event.crashedCallIds, [call.callId]);
    expectContains(event.reason, ['the disk is on fire']);
    expect((await theirs.onFailure).reason, event.reason);
    expect((await mine.onFailure).reason, event.reason);
    await expectThrows<LedgerException>(() => theirs.startCall<void>());
  });

  test("ledger: a call's owner is asked to give it up", () async {
    final directory = await tempDir();
    final asked = Events<CallCancelRequestedEvent>();
    final finished = Events<CallFinishedEvent>();
    final cli = await connect(directory);
    final bridge = await connect(directory, participantId: 'bridge');
    final mine = await cli.createOperation();
    await bridge.joinOperation(mine.operationId);
    final call = await mine.startCall<int>(
      callback: CallCallback(
        onCancelRequested: (call, event) async {
          asked.add(event);
          await call.end(-1);
        },
        onFinished: (_, event) => finished.add(event),
      ),
    );
    await bridge.protocol.callCancel(
      CallCancelParams(
        operationId: mine.operationId,
        callId: call.callId,
        reason: 'not needed',
      ),
    );
    expect((await asked.next()).reason, 'not needed');
    expect((await finished.next()).callId, call.callId);
    expect(call.isEnded, true);
  });

  test(
    'ledger: operations beat by themselves, and by hand with progress',
    () async {
      final directory = await tempDir();
      final beats = Events<OperationHeartbeatResult>();
      final ledger = await connect(
        directory,
        heartbeatInterval: const Duration(milliseconds: 10),
      );
      final operation = await ledger.createOperation(
        callback: OperationCallback(
          onHeartbeatSuccess: (_, result) => beats.add(result),
        ),
      );
      for (var i = 0; i < 3; i++) {
        final beat = await beats.next();
        expect(beat.heartbeatUpdated, true);
        expect(beat.participants, ['cli']);
      }
      await operation.heartbeat(
        progress: const Progress(percent: 50, message: 'half'),
      );
      final document = await operation.document();
      expect(document.participants.single.progress?.percent, 50.0);
    },
  );

  test('ledger: what a callback throws is seen and harms nobody', () async {
    final directory = await tempDir();
    final thrown = Events<Object>();
    final ledger = await connect(
      directory,
      callback: LedgerCallback(
        onLogLine: (_) => throw StateError('mine'),
        onCallbackError: (error, stackTrace) => thrown.add(error),
      ),
    );
    final operation = await ledger.createOperation();
    await operation.log('one');
    expect(await thrown.next() is StateError, true);
    await operation.log('two');
    await operation.complete();
  });
}

Future<void> main() => runTests(declare);
