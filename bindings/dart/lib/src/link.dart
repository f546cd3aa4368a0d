import 'dart:async';
import 'dart:math';

import 'channel.dart';
import 'connection.dart';
import 'errors.dart';
import 'protocol.g.dart';
import 'restart_policy.dart';

/// How long a sidecar may take to answer `initialize`.
const Duration _handshake = Duration(seconds: 10);

/// How long a sidecar may take to answer `shutdown`.
const Duration _goodbye = Duration(seconds: 2);

/// What a [Link] tells its owner.
abstract interface class LinkListener {
  /// The sidecar sent a notification.
  void onNotification(String method, Map<String, Object?> params);

  /// The connection broke, for [reason], and is being made anew.
  void onBroken(String reason);

  /// A new connection stands; [result] names the sessions it took over.
  void onResumed(InitializeResult result);

  /// No connection will stand any more.
  void onGivenUp(LedgerException error);
}

/// A connection that outlives its connections: when one breaks, the link makes
/// a new one, takes the sessions over with the resume token, and sends again
/// what was under way. That is safe because every mutating request carries a
/// request key, with which a repetition returns the first answer; all others
/// only read.
final class Link implements Caller {
  Link._(this._dial, this._introduction, this._listener, this._policy);

  /// Makes the first connection, over a channel from [dial], and introduces
  /// this client with [introduction].
  static Future<Link> open({
    required Future<Channel> Function() dial,
    required InitializeParams introduction,
    required LinkListener listener,
    RestartPolicy? policy,
  }) async {
    final link = Link._(
      dial,
      introduction,
      listener,
      policy ?? RestartPolicy(),
    );
    await link._establish(null);
    return link;
  }

  final Future<Channel> Function() _dial;
  final InitializeParams _introduction;
  final LinkListener _listener;
  final RestartPolicy _policy;

  Connection? _live; // the connection that stands, if one does
  Future<Connection>? _restart; // the attempt to make one, if none stands
  late InitializeResult _initialized;
  LedgerException? _over; // why no connection will stand any more
  Future<void>? _disposal;

  /// What the sidecar said at the newest `initialize`.
  InitializeResult get initialized => _initialized;

  /// Whether this link has ended, by [dispose] or because it gave up.
  bool get isOver => _over != null;

  @override
  Future<Object?> call(
    String method,
    Map<String, Object?> params, {
    Future<void>? cancel,
  }) async {
    final keyed =
        mutatingMethods.contains(method)
            ? {'requestKey': _newKey(), ...params}
            : params;
    while (true) {
      if (_over case final error?) throw error;
      // No await when a connection stands: requests leave in the order of
      // their calls.
      final connection = _live ?? await _restart!;
      try {
        return await connection.request(method, keyed, cancel: cancel);
      } on BrokenConnection {
        // Once more, on the next connection.
      }
    }
  }

  /// Says goodbye and closes. Requests under way fail.
  Future<void> dispose() => _disposal ??= _sayGoodbye();

  Future<void> _sayGoodbye() async {
    _over ??= const ConnectionException(
      'disposed',
      'this ledger was disposed; connect again',
    );
    final connection = _live;
    _live = null;
    if (connection == null) return;
    try {
      await connection
          .request(MethodNames.shutdown, const {})
          .timeout(_goodbye);
    } on Object {
      // It is gone or hangs: closing is all that is left to do.
    }
    await connection.close();
  }

  Future<Connection> _establish(String? resumeToken) async {
    final channel = await _dial();
    late final Connection connection;
    connection = Connection(
      channel,
      onNotification: _listener.onNotification,
      onBroken: (reason) => _broken(connection, reason),
    );
    try {
      final answer = await connection
          .request(MethodNames.initialize, {
            ..._introduction.toJson(),
            if (resumeToken != null) 'resumeToken': resumeToken,
          })
          .timeout(_handshake);
      if (_over case final error?) throw error;
      _initialized = InitializeResult.fromJson(answer);
      connection.maxFrameBytes = _initialized.limits.maxFrameBytes;
      return _live = connection;
    } on Object catch (e) {
      await connection.close();
      if (e is LedgerException) rethrow;
      final reason = e is TimeoutException ? 'it stayed silent' : e.toString();
      throw ConnectionException(
        'sidecarNotStarted',
        'the sidecar did not answer initialize: $reason',
      );
    }
  }

  /// Called for every connection that broke; [_establish] sees to those that
  /// were never introduced.
  void _broken(Connection connection, String reason) {
    if (!identical(_live, connection)) return;
    _live = null;
    final restart = _restart = _reconnect(reason);
    restart.then((_) {}, onError: _giveUp).ignore();
  }

  Future<Connection> _reconnect(String broken) async {
    var reason = broken;
    _listener.onBroken(reason);
    while (true) {
      final wait = _policy.next();
      if (wait == null) throw _exhausted(reason);
      await Future<void>.delayed(wait);
      if (_over case final error?) throw error;
      try {
        final connection = await _establish(_initialized.resumeToken);
        _listener.onResumed(_initialized);
        return connection;
      } on ConnectionException catch (e) {
        if (isOver) rethrow;
        reason = e.message;
      }
    }
  }

  LedgerException _exhausted(String reason) => ConnectionException(
    'restartsExhausted',
    'the sidecar was lost more than ${_policy.maxRestarts} times within '
        '${_policy.window.inSeconds} s; the last time: $reason. '
        'Look at its messages, then connect again.',
  );

  void _giveUp(Object error) {
    if (isOver) return;
    final reason = _over = LedgerException.from(error);
    _listener.onGivenUp(reason);
  }

  static final Random _random = Random.secure();

  /// 128 random bits: no other client will ever choose the same.
  static String _newKey() =>
      [
        for (var i = 0; i < 8; i++)
          _random.nextInt(1 << 16).toRadixString(16).padLeft(4, '0'),
      ].join();
}
