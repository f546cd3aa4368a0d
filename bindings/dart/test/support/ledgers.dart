import 'dart:async';
import 'dart:io';

import 'package:tomledger/tomledger.dart';

import 'harness.dart';

/// A directory that is gone after the test.
Future<Directory> tempDir() async {
  final directory = await Directory.systemTemp.createTemp('tomledger-dart-');
  addTearDown(() => directory.delete(recursive: true));
  return directory;
}

/// Connects through a sidecar of its own to the ledger in [directory], and
/// disposes after the test.
Future<Ledger> connect(
  Directory directory, {
  String participantId = 'cli',
  LedgerCallback callback = const LedgerCallback(),
  Duration heartbeatInterval = const Duration(seconds: 4),
  Duration? reconnectGrace,
  List<String> subscribe = const [],
}) async {
  final ledger = await Ledger.connect(
    participantId: participantId,
    ledgerPath: '${directory.path}/ledger',
    callback: callback,
    heartbeatInterval: heartbeatInterval,
    reconnectGrace: reconnectGrace,
    subscribe: subscribe,
  );
  addTearDown(ledger.dispose);
  return ledger;
}

/// Kills the sidecar of [ledger].
void killSidecar(Ledger ledger) =>
    Process.killPid(ledger.sidecar.server.pid, ProcessSignal.sigkill);

/// Stops the sidecar of [ledger], so that it passes nothing on.
Future<void> stopSidecar(Ledger ledger) async {
  final pid = ledger.sidecar.server.pid;
  Process.killPid(pid, ProcessSignal.sigstop);
  while (_stateOf(pid) != 'T') {
    await Future<void>.delayed(Duration.zero);
  }
}

/// Waits until a process is gone, or a zombie that nobody collects.
Future<void> gone(int pid) async {
  while (!const [null, 'Z'].contains(_stateOf(pid))) {
    await Future<void>.delayed(Duration.zero);
  }
}

/// The letter that stands for a process's state; null if there is none.
String? _stateOf(int pid) {
  try {
    final stat = File('/proc/$pid/stat').readAsStringSync();
    return stat[stat.lastIndexOf(')') + 2];
  } on FileSystemException {
    return null;
  }
}

/// A callback's events, to be waited for one by one.
final class Events<T> {
  final StreamController<T> _controller = StreamController();
  late final StreamIterator<T> _events = StreamIterator(_controller.stream);

  /// Takes an event.
  void add(T event) => _controller.add(event);

  /// The next event.
  Future<T> next() async {
    await _events.moveNext();
    return _events.current;
  }
}
