part of 'ledger.dart';

/// A call in progress, which its owner ends once, by [end] or [fail].
final class Call<T> {
  Call._(this._operation, this._callback, this.callId, this.startedAt);

  final Operation _operation;
  final CallCallback<T> _callback;
  bool _ended = false;

  /// Names the call within its operation.
  final String callId;

  /// When it was started, by the clock of the sidecar.
  final DateTime startedAt;

  /// Whether the call has ended.
  bool get isEnded => _ended;

  /// Ends the call with its [result], which must be something JSON can say.
  /// Returns how long the call took.
  ///
  /// Throws a [CallException] if it has ended already.
  Future<Duration> end([T? result]) async {
    final answer = await _operation._protocol.callEnd(
      CallEndParams(
        operationId: _operation.operationId,
        callId: callId,
        result: result,
      ),
    );
    _ended = true;
    return Duration(milliseconds: answer.durationMs);
  }

  /// Ends the call with an [error], of any kind. Without a [fallback], which
  /// ends it as succeeded with that result, this fails the operation, unless
  /// the call was started with `failOnCrash: false`. Returns how long the call
  /// took.
  ///
  /// Throws a [CallException] if it has ended already.
  Future<Duration> fail(
    Object error, {
    StackTrace? stackTrace,
    T? fallback,
  }) async {
    final text = error.toString();
    final answer = await _operation._protocol.callFail(
      CallFailParams(
        operationId: _operation.operationId,
        callId: callId,
        error: text.isEmpty ? 'unknown error' : text,
        stackTrace: stackTrace?.toString(),
        fallback: fallback,
      ),
    );
    _ended = true;
    return Duration(milliseconds: answer.durationMs);
  }

  void _cancelRequested(CallCancelRequestedEvent event) =>
      _operation._run(() => _callback.onCancelRequested?.call(this, event));

  void _finished(CallFinishedEvent event) {
    _ended = true;
    _operation._run(() => _callback.onFinished?.call(this, event));
  }
}

/// How a call ended; its result is what the owner passed to [Call.end].
final class Outcome<T> {
  Outcome._(this._wire);

  final CallOutcome _wire;

  /// Names the call.
  String get callId => _wire.callId;

  /// How it ended.
  CallStatus get status => _wire.status;

  /// Whether it ended with a result, its own or a fallback.
  bool get isSuccess => status == CallStatus.succeeded;

  /// What it returned; null if it returned nothing or did not succeed. Throws
  /// a [FormatException] if what it returned is no [T].
  T? get result => switch (_wire.result) {
    final T? result => result,
    final other =>
      throw FormatException('call $callId returned $other, which is no $T'),
  };

  /// What went wrong.
  String? get error => _wire.error;

  /// Where it went wrong.
  String? get stackTrace => _wire.stackTrace;

  /// The exit code of the call's process.
  int? get exitCode => _wire.exitCode;
}
