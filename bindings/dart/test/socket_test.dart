import 'dart:async';
import 'dart:io';

import 'package:tomledger/src/channel.dart';
import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';
import 'support/ledgers.dart';

/// Starts a `tomledger serve` and waits until it serves.
Future<Process> serve(Directory directory) async {
  final process = await Process.start(
    Platform.environment['TOMLEDGER_BINARY']!,
    [
      'serve',
      '--ledger',
      '${directory.path}/ledger',
      '--socket',
      socketIn(directory),
    ],
  );
  int? exitCode;
  unawaited(process.exitCode.then((code) => exitCode = code));
  addTearDown(() async {
    process.kill();
    await process.exitCode;
  });
  while (true) {
    try {
      final probe = await SocketChannel.connect(socketIn(directory));
      await probe.close();
      return process;
    } on ConnectionException catch (e) {
      if (exitCode != null) fail('serve exited with $exitCode; $e');
      await Future<void>.delayed(const Duration(milliseconds: 1));
    }
  }
}

String socketIn(Directory directory) => '${directory.path}/run/s.sock';

void declare() {
  test('socket: two clients share a server', () async {
    final directory = await tempDir();
    await serve(directory);
    final cli = await Ledger.connect(
      participantId: 'cli',
      socketPath: socketIn(directory),
    );
    addTearDown(cli.dispose);
    final bridge = await Ledger.connect(
      participantId: 'bridge',
      socketPath: socketIn(directory),
    );
    addTearDown(bridge.dispose);
    expect(cli.sidecar.engineId, bridge.sidecar.engineId);

    final mine = await cli.createOperation();
    final theirs = await bridge.joinOperation(mine.operationId);
    final call = await theirs.startCall<String>();
    final answer = mine.awaitCall<String>(call.callId);
    await call.end('over the socket');
    expect((await answer).result, 'over the socket');
    await theirs.leave();
    await mine.complete();
    expect((await cli.status()).connectionCount >= 2, true);
  });

  test('socket: a server that comes back finds its client again', () async {
    final directory = await tempDir();
    final server = await serve(directory);
    final back = Events<void>();
    final ledger = await Ledger.connect(
      participantId: 'cli',
      socketPath: socketIn(directory),
      callback: LedgerCallback(onReconnected: () => back.add(null)),
    );
    addTearDown(ledger.dispose);
    final operation = await ledger.createOperation();
    server.kill(ProcessSignal.sigkill);
    await server.exitCode;
    await serve(directory);
    await back.next();
    expect(
      ledger.sidecar.resumedSessions.single.operationId,
      operation.operationId,
    );
    await operation.complete();
  });

  test('socket: a server is started for the first, and shared', () async {
    final directory = await tempDir();
    for (final socketPath in [null, socketIn(directory)]) {
      final back = Events<void>();
      final ledgers = [
        for (final participantId in ['cli', 'bridge'])
          await Ledger.connect(
            participantId: participantId,
            ledgerPath: '${directory.path}/ledger',
            socketPath: socketPath,
            autoStart: true,
            // Sockets of unnamed places are placed below it.
            environment: {'XDG_RUNTIME_DIR': '${directory.path}/run'},
            callback: LedgerCallback(onReconnected: () => back.add(null)),
          ),
      ];
      final [cli, bridge] = ledgers;
      expect(cli.sidecar.engineId, bridge.sidecar.engineId);
      final mine = await cli.createOperation();
      await bridge.joinOperation(mine.operationId);

      killSidecar(cli);
      await back.next();
      await back.next();
      expect(cli.sidecar.engineId, bridge.sidecar.engineId);
      await mine.complete();
      final server = cli.sidecar.server.pid;
      await Future.wait([for (final ledger in ledgers) ledger.dispose()]);
      Process.killPid(server);
      await gone(server);
    }
  });

  test('socket: nobody serves there', () async {
    final error = await expectThrows<ConnectionException>(
      () => Ledger.connect(participantId: 'cli', socketPath: '/no/such.sock'),
    );
    expect(error.code, 'sidecarNotStarted');
    expectContains(error.message, ['/no/such.sock', 'tomledger serve']);
  });
}

Future<void> main() => runTests(declare);
