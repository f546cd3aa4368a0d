import 'dart:async';
import 'dart:convert';

import 'package:tomledger/src/channel.dart';
import 'package:tomledger/src/framing.dart';

/// A channel whose other side is the test.
final class FakeChannel implements Channel {
  final StreamController<List<int>> _incoming = StreamController();
  final StreamController<Map<String, Object?>> _sent = StreamController();
  final FrameDecoder _frames = FrameDecoder();

  /// Whether the client has closed the channel.
  bool isClosed = false;

  /// The messages of the client, to be taken one by one.
  late final StreamIterator<Map<String, Object?>> _messages = StreamIterator(
    _sent.stream,
  );

  @override
  Stream<List<int>> get incoming => _incoming.stream;

  @override
  void add(List<int> bytes) => _frames.add(
    bytes,
    (body) => _sent.add(jsonDecode(utf8.decode(body)) as Map<String, Object?>),
  );

  @override
  Future<void> close() async {
    isClosed = true;
    await die();
  }

  @override
  String describeEnd() => 'the fake sidecar has ended';

  /// The client's next message.
  Future<Map<String, Object?>> next() async {
    await _messages.moveNext();
    return _messages.current;
  }

  /// The client's next message, which is a request for [method].
  Future<Map<String, Object?>> nextRequest(String method) async {
    final message = await next();
    if (message['method'] == method) return message;
    throw StateError('expected a request for $method, got $message');
  }

  /// Sends bytes as they are.
  void sendRaw(List<int> bytes) => _incoming.add(bytes);

  /// Sends a message.
  void send(Map<String, Object?> message) =>
      sendRaw(encodeFrame(utf8.encode(jsonEncode(message))));

  /// Answers a request.
  void answer(Map<String, Object?> request, Object? result) =>
      send({'jsonrpc': '2.0', 'id': request['id'], 'result': result});

  /// Answers a request with an error.
  void refuse(
    Map<String, Object?> request,
    int code,
    String message, [
    Object? data,
  ]) => send({
    'jsonrpc': '2.0',
    'id': request['id'],
    'error': {'code': code, 'message': message, 'data': data},
  });

  /// Ends, as a killed sidecar does.
  Future<void> die() async {
    if (!_incoming.isClosed) unawaited(_incoming.close());
  }
}
