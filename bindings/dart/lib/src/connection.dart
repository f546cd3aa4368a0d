import 'dart:async';
import 'dart:convert';

import 'channel.dart';
import 'errors.dart';
import 'framing.dart';
import 'protocol.g.dart';

/// A connection that ended before the answer came. Never leaves this package.
final class BrokenConnection implements Exception {
  /// Tells why it ended.
  const BrokenConnection(this.reason);

  /// Part of a sentence.
  final String reason;

  @override
  String toString() => reason;
}

/// One JSON-RPC connection over one channel, from its opening to its end.
final class Connection {
  /// Speaks over [channel]. Notifications go to [onNotification]; the end,
  /// unless it came by [close], goes to [onBroken] with its reason.
  Connection(
    this._channel, {
    required void Function(String method, Map<String, Object?> params)
    onNotification,
    required void Function(String reason) onBroken,
  }) : _onNotification = onNotification,
       _onBroken = onBroken {
    _subscription = _channel.incoming.listen(
      _receive,
      onDone: () => _break(_channel.describeEnd()),
    );
  }

  static final JsonUtf8Encoder _encoder = JsonUtf8Encoder();
  static final Converter<List<int>, Object?> _decoder = const Utf8Decoder()
      .fuse(const JsonDecoder());

  final Channel _channel;
  final void Function(String method, Map<String, Object?> params)
  _onNotification;
  final void Function(String reason) _onBroken;
  final FrameDecoder _frames = FrameDecoder();
  final Map<int, Completer<Object?>> _unanswered = {};
  late final StreamSubscription<List<int>> _subscription;
  int _lastId = 0;

  /// How large a request may be, once the sidecar has said so. A sidecar does
  /// not read what is larger, and so can't say which request it was.
  int? maxFrameBytes;

  String? _end; // why the connection is over, once it is

  /// Sends a request and returns its result. Throws a [BrokenConnection] when
  /// the connection ends before the answer, and a [LedgerException] when the
  /// answer is an error. When [cancel] completes first, the sidecar is asked to
  /// give the request up, which it then answers with an error.
  Future<Object?> request(
    String method,
    Map<String, Object?> params, {
    Future<void>? cancel,
  }) async {
    if (_end case final reason?) throw BrokenConnection(reason);
    final id = ++_lastId;
    // Sent before it is waited for: what can't be encoded throws here.
    final request = _encoder.convert({
      'jsonrpc': '2.0',
      'id': id,
      'method': method,
      'params': params,
    });
    _checkSize(request.length);
    _channel.add(encodeFrame(request));
    final answer = _unanswered[id] = Completer();
    cancel?.whenComplete(() => _cancel(id)).ignore();
    return answer.future;
  }

  /// Ends the connection; requests under way fail with a [BrokenConnection].
  Future<void> close([String reason = 'the connection was closed']) async {
    _finish(reason);
    await _channel.close();
  }

  void _receive(List<int> chunk) {
    try {
      _frames.add(chunk, (body) => _dispatch(_decoder.convert(body)));
    } on FramingException catch (e) {
      _break('the sidecar sent something that is no frame: ${e.message}');
    } on FormatException catch (e) {
      _break('the sidecar sent malformed JSON: ${e.message}');
    }
  }

  void _dispatch(Object? message) {
    if (_end != null) return;
    switch (message) {
      case {'method': final String method, 'id': final Object id}:
        _refuse(id, method);
      case {'method': final String method}:
        _notify(method, message['params']);
      case {'id': final int id}:
        _answer(id, message);
      case {'error': {'message': final String text}}:
        _break('the sidecar could not read a message: $text');
      default:
        _break('the sidecar sent a message that is no JSON-RPC');
    }
  }

  /// There is nothing yet that a sidecar may ask of this client.
  void _refuse(Object id, String method) => _send({
    'jsonrpc': '2.0',
    'id': id,
    'error': {
      'code': ErrorCode.methodNotFound.number,
      'message': 'this client does not implement $method',
    },
  });

  /// Hands a notification on in a turn of the event loop of its own: whoever
  /// waits for an answer that came before it has seen that answer by then.
  void _notify(String method, Object? params) {
    Timer.run(() {
      if (_end != null) return;
      _onNotification(
        method,
        params is Map<String, Object?> ? params : const {},
      );
    });
  }

  void _answer(int id, Map<Object?, Object?> message) {
    final waiting = _unanswered.remove(id);
    if (waiting == null) return; // an answer to nothing is of no use to anyone
    switch (message['error']) {
      case null:
        waiting.complete(message['result']);
      case {'code': final int code, 'message': final String text} &&
          final error as Map<Object?, Object?>:
        waiting.completeError(
          LedgerException.fromAnswer(code, text, error['data']),
        );
      case final other:
        waiting.completeError(
          LedgerException.fromAnswer(0, 'an error without code: $other', null),
        );
    }
  }

  void _checkSize(int size) {
    final limit = maxFrameBytes;
    if (limit == null || size <= limit) return;
    throw LedgerException.fromAnswer(
      ErrorCode.limitExceeded.number,
      'the request has $size bytes and may have $limit; send less at once',
      {'code': ErrorCode.limitExceeded.name, 'limit': limit},
    );
  }

  void _cancel(int id) {
    if (!_unanswered.containsKey(id)) return;
    _send({
      'jsonrpc': '2.0',
      'method': cancelRequestNotification,
      'params': CancelRequestParams(id: id).toJson(),
    });
  }

  void _send(Map<String, Object?> message) =>
      _channel.add(encodeFrame(_encoder.convert(message)));

  void _break(String reason) {
    if (_end != null) return;
    _finish(reason);
    unawaited(_channel.close());
    _onBroken(reason);
  }

  void _finish(String reason) {
    if (_end != null) return;
    _end = reason;
    unawaited(_subscription.cancel());
    final unanswered = _unanswered.values.toList();
    _unanswered.clear();
    for (final waiting in unanswered) {
      waiting.completeError(BrokenConnection(reason));
    }
  }
}
