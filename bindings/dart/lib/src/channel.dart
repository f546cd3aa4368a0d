import 'dart:async';
import 'dart:collection';
import 'dart:convert';
import 'dart:io';

import 'errors.dart';

/// How long a sidecar may take to end after its input was closed.
const Duration _exitGrace = Duration(seconds: 2);

/// How long the end of a sidecar's stderr may take after that of its stdout:
/// a process it started may hold it open for ever.
const Duration _lastWords = Duration(milliseconds: 200);

/// How many lines of a sidecar's stderr are kept for error messages.
const int _stderrLines = 10;

/// A two-way byte stream to a sidecar, whichever way it was opened.
abstract interface class Channel {
  /// What the sidecar sends; to be listened to once. Ends, never with an
  /// error, when the sidecar is gone.
  Stream<List<int>> get incoming;

  /// Sends [bytes]. Does nothing once the sidecar is gone.
  void add(List<int> bytes);

  /// Closes the channel, and waits until the other side is gone.
  Future<void> close();

  /// What is known about the channel's end, as part of a sentence.
  String describeEnd();
}

/// A sidecar that runs as a child of this process and speaks over its
/// standard input and output.
final class ChildChannel implements Channel {
  ChildChannel._(this._process) {
    _process.stdout.listen(
      _incoming.add,
      onError: (Object _) {}, // the end follows
      onDone: _ended,
    );
    // A child whose stderr nobody reads could block.
    _process.stderr
        .transform(const Utf8Decoder(allowMalformed: true))
        .transform(const LineSplitter())
        .listen(
          _remember,
          onError: (Object _) {},
          onDone: _stderrDone.complete,
        );
    // A write to a child that is gone fails here; `incoming` tells of it.
    _process.stdin.done.ignore();
  }

  /// Starts [executable] with [arguments], in the environment of this process
  /// with [environment] on top.
  ///
  /// The child gets a session of its own: a Ctrl-C at the terminal is for the
  /// host program, which may want to tell the ledger about it. The sidecar
  /// learns of the host's end from its input. The price is that Dart doesn't
  /// tell the exit code of such a child.
  ///
  /// Throws a [ConnectionException] `sidecarNotStarted`.
  static Future<ChildChannel> start(
    String executable,
    List<String> arguments, {
    Map<String, String>? environment,
  }) async {
    try {
      final process = await Process.start(
        executable,
        arguments,
        environment: environment,
        mode: ProcessStartMode.detachedWithStdio,
      );
      return ChildChannel._(process);
    } on ProcessException catch (e) {
      throw ConnectionException(
        'sidecarNotStarted',
        "can't start the sidecar $executable: ${e.message}",
      );
    }
  }

  final Process _process;
  final StreamController<List<int>> _incoming = StreamController();
  final Completer<void> _stdoutDone = Completer();
  final Completer<void> _stderrDone = Completer();
  final Queue<String> _said = Queue();
  bool _inputClosed = false;

  /// The sidecar's process id.
  int get pid => _process.pid;

  @override
  Stream<List<int>> get incoming => _incoming.stream;

  @override
  void add(List<int> bytes) {
    if (!_inputClosed) _process.stdin.add(bytes);
  }

  @override
  Future<void> close() async {
    if (!_inputClosed) {
      _inputClosed = true;
      // Fails when the child was gone first, and then it is closed all the same.
      _process.stdin.close().ignore();
    }
    // It closes its stdout, writes down what is left to write, and exits.
    await Future.wait([_stdoutDone.future, _stderrDone.future]).timeout(
      _exitGrace,
      onTimeout: () {
        _process.kill(ProcessSignal.sigkill);
        return const [];
      },
    );
  }

  @override
  String describeEnd() {
    final said = _said.isEmpty ? '' : '; it said:\n  ${_said.join('\n  ')}\n';
    return 'the sidecar (process $pid) has ended$said';
  }

  /// The child has closed its stdout. What it said on stderr before is mostly
  /// still on its way then, and is the best explanation there is.
  Future<void> _ended() async {
    _stdoutDone.complete();
    await _stderrDone.future.timeout(_lastWords, onTimeout: () {});
    unawaited(_incoming.close());
  }

  void _remember(String line) {
    _said.add(line);
    if (_said.length > _stderrLines) _said.removeFirst();
  }
}

/// A sidecar that serves a Unix socket.
final class SocketChannel implements Channel {
  SocketChannel._(this._socket, this._path) {
    _socket.done.ignore(); // as with ChildChannel
  }

  /// Connects to the socket at [path].
  ///
  /// Throws a [ConnectionException] `sidecarNotStarted`.
  static Future<SocketChannel> connect(String path) async {
    final address = InternetAddress(path, type: InternetAddressType.unix);
    try {
      return SocketChannel._(await Socket.connect(address, 0), path);
    } on SocketException catch (e) {
      throw ConnectionException(
        'sidecarNotStarted',
        "can't connect to $path: ${e.osError?.message ?? e.message}. "
            'Start `tomledger serve` or pass autoStart: true.',
      );
    }
  }

  final Socket _socket;
  final String _path;
  bool _closed = false;

  @override
  Stream<List<int>> get incoming => _socket.handleError((Object _) {});

  @override
  void add(List<int> bytes) {
    if (!_closed) _socket.add(bytes);
  }

  @override
  Future<void> close() async {
    _closed = true;
    _socket.destroy();
  }

  @override
  String describeEnd() => 'the sidecar closed the connection on $_path';
}
