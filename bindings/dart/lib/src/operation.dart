part of 'ledger.dart';

/// An operation as one of its participants: one session on it.
///
/// It beats by itself until it ends, is left, or its ledger is disposed.
final class Operation {
  Operation._(
    this._ledger,
    this._callback, {
    required this.operationId,
    required this.sessionId,
    required this.isInitiator,
    required this.startTime,
  }) {
    _heartbeat = Heartbeat(_ledger._heartbeatInterval, _beat);
  }

  final Ledger _ledger;
  final OperationCallback _callback;
  final AbortFlag _abortFlag = AbortFlag();
  final Completer<OperationFailedEvent> _failure = Completer();
  final Map<String, Call<Object?>> _calls = {};
  late final Heartbeat _heartbeat;
  bool _closed = false;

  ProtocolClient get _protocol => _ledger.protocol;

  /// Names the operation.
  final String operationId;

  /// Names this session; unique in the operation.
  final int sessionId;

  /// Whether this participant created the operation.
  final bool isInitiator;

  /// When the operation was created, by the clock of the sidecar that did.
  final DateTime startTime;

  /// Who we are in the operation.
  String get participantId => _ledger.participantId;

  // Time

  /// The start as RFC 3339 in UTC, with milliseconds.
  String get startTimeIso => startTime.toIso8601String();

  /// The start in milliseconds since 1970.
  int get startTimeMs => startTime.millisecondsSinceEpoch;

  /// The time since the start, by this machine's clock.
  Duration get elapsed {
    final elapsed = DateTime.now().difference(startTime);
    return elapsed.isNegative ? Duration.zero : elapsed;
  }

  /// The same in milliseconds.
  int get elapsedMs => elapsed.inMilliseconds;

  /// The same as `012.345`.
  String get elapsedFormatted => formatElapsed(elapsed);

  // Calls

  /// Starts a call of this participant, which it ends by [Call.end] or
  /// [Call.fail].
  ///
  /// - [description]: for people who read the record.
  /// - [failOnCrash]: whether the call's loss or failure fails the operation.
  /// - [parentCallId]: the call this one is made from.
  /// - [deadline]: how long the call may take.
  ///
  /// Throws an [OperationAbortedException] once the abort flag is set.
  Future<Call<T>> startCall<T>({
    String? description,
    bool failOnCrash = true,
    String? parentCallId,
    Duration? deadline,
    CallCallback<T>? callback,
  }) async {
    final started = await _protocol.callStart(
      CallStartParams(
        operationId: operationId,
        sessionId: sessionId,
        description: description,
        failOnCrash: failOnCrash,
        parentCallId: parentCallId,
        deadlineMs: deadline?.inMilliseconds,
      ),
    );
    return _calls[started.callId] = Call<T>._(
      this,
      callback ?? CallCallback<T>(),
      started.callId,
      started.startedAt,
    );
  }

  /// Waits for the end of a call, whoever's it is. How it ended is in the
  /// outcome's status.
  ///
  /// Throws a [CallTimeoutException] after [timeout], which may be left out.
  Future<Outcome<T>> awaitCall<T>(String callId, {Duration? timeout}) async =>
      Outcome._(
        await _protocol.callAwait(
          CallAwaitParams(
            operationId: operationId,
            callId: callId,
            timeoutMs: timeout?.inMilliseconds,
          ),
        ),
      );

  // Log and resources

  /// Writes a line into the operation's log, at [level] info if left out.
  Future<void> log(String message, {LogLevel? level}) => _protocol.operationLog(
    OperationLogParams(
      operationId: operationId,
      message: message,
      level: level,
    ),
  );

  /// Registers a file or directory, before it exists, to be removed when its
  /// owner (this session, or the [call]) is done or gone.
  ///
  /// Throws a [LedgerException] `invalidPath` if [path] isn't absolute or may
  /// not be removed.
  Future<ResourceRegisterResult> registerTempResource({
    required String path,
    Call<Object?>? call,
  }) => _protocol.resourceRegister(
    ResourceRegisterParams(
      operationId: operationId,
      sessionId: sessionId,
      path: path,
      callId: call?.callId,
    ),
  );

  /// Takes a resource, named by [path] or [resourceId], out of the ledger's
  /// care: what it names is ours to keep or remove.
  Future<ResourceUnregisterResult> unregisterTempResource({
    String? path,
    String? resourceId,
  }) => _protocol.resourceUnregister(
    ResourceUnregisterParams(
      operationId: operationId,
      path: path,
      resourceId: resourceId,
    ),
  );

  // Abort and failure

  /// Whether the abort flag is set, as far as this process has been told.
  bool get isAborted => _abortFlag.isSet;

  /// Completes when the abort flag is set; at once if it is. After the flag
  /// was cleared, this is the future of the next time. Never fails.
  Future<OperationAbortedEvent> get onAbort => _abortFlag.raised;

  /// Completes when the operation is failing. Never fails.
  Future<OperationFailedEvent> get onFailure => _failure.future;

  /// Sets or clears the abort flag. Every participant is told.
  Future<void> setAbortFlag({bool value = true, String? reason}) =>
      _protocol.operationAbort(
        OperationAbortParams(
          operationId: operationId,
          value: value,
          reason: reason,
        ),
      );

  /// Asks the ledger for the abort flag.
  ///
  /// Throws an [OperationAbortedException] if it is set.
  Future<void> checkAbort() async {
    final OperationStateResult(:aborted, :abort) = await state();
    if (!aborted) return;
    final by = abort == null ? '' : ' by ${abort.by}';
    final why = abort?.reason == null ? '' : ': ${abort?.reason}';
    throw OperationAbortedException(
      'operationAborted',
      'operation $operationId was aborted$by$why',
      data: {'code': 'operationAborted', 'operationId': operationId},
    );
  }

  /// Tells that this participant is done with the abort. Needed only by hand:
  /// see [OperationCallback.onAbort].
  Future<void> acknowledgeAbort() => _protocol.operationAckAbort(
    OperationAckAbortParams(operationId: operationId),
  );

  // What is known

  /// A short view of the operation.
  Future<OperationStateResult> state() =>
      _protocol.operationState(OperationStateParams(operationId: operationId));

  /// The whole document: now, after the event [atSeq], or as it was at
  /// [atElapsed] after the start.
  Future<Document> document({int? atSeq, Duration? atElapsed}) =>
      _protocol.operationGet(
        OperationGetParams(
          operationId: operationId,
          atSeq: atSeq,
          atElapsedMs: atElapsed?.inMilliseconds,
        ),
      );

  /// A page of the operation's events; `next` of the result is the [afterSeq]
  /// of the next page.
  Future<OperationTrailResult> trail({int? afterSeq, int? limit}) =>
      _protocol.operationTrail(
        OperationTrailParams(
          operationId: operationId,
          afterSeq: afterSeq,
          limit: limit,
        ),
      );

  /// Waits until one of the conditions holds, or for [timeout], which the
  /// result then says.
  Future<OperationWaitResult> wait(
    List<WaitCondition> until, {
    Duration? timeout,
  }) => _protocol.operationWait(
    OperationWaitParams(
      operationId: operationId,
      until: until,
      timeoutMs: timeout?.inMilliseconds,
    ),
  );

  /// A sign of life by hand, with how far we have come. The operation beats by
  /// itself.
  Future<OperationHeartbeatResult> heartbeat({Progress? progress}) =>
      _protocol.operationHeartbeat(
        OperationHeartbeatParams(operationId: operationId, progress: progress),
      );

  // The end

  /// Leaves the operation.
  ///
  /// Throws a [PendingCallsException] if calls of ours are open and
  /// [cancelPendingCalls] is false.
  Future<void> leave({bool cancelPendingCalls = false}) async {
    await _protocol.operationLeave(
      OperationLeaveParams(
        operationId: operationId,
        sessionId: sessionId,
        cancelPendingCalls: cancelPendingCalls,
      ),
    );
    _close();
  }

  /// Ends the operation and archives its record; the initiator only.
  ///
  /// Throws a [PendingCallsException] if calls of others are open, unless
  /// [force] cancels them.
  Future<OperationCompleteResult> complete({bool force = false}) async {
    final result = await _protocol.operationComplete(
      OperationCompleteParams(operationId: operationId, force: force),
    );
    _close();
    return result;
  }

  // What the ledger tells it

  /// Stops the heartbeat; the ledger forgets this object.
  void _close() {
    _closed = true;
    _heartbeat.stop();
    _ledger._remove(this);
  }

  /// The connection stands again, with the sessions in [resumed].
  void _reconnected(List<SessionRef> resumed) {
    final isOurs = resumed.any(
      (session) =>
          session.operationId == operationId && session.sessionId == sessionId,
    );
    if (isOurs) {
      unawaited(_refresh());
      return;
    }
    _heartbeatFailed(
      SessionException(
        'sessionLost',
        'the session on operation $operationId ended while the sidecar was '
            'gone; join again',
        data: {
          'code': 'sessionLost',
          'operationId': operationId,
          'sessionId': sessionId,
        },
      ),
    );
  }

  /// Catches up with what happened while nobody could tell us.
  Future<void> _refresh() async {
    try {
      final OperationStateResult(:aborted, :abort) = await state();
      await _aborted(
        OperationAbortedEvent(
          operationId: operationId,
          value: aborted,
          by: abort?.by ?? '',
          reason: abort?.reason,
        ),
      );
    } on Exception catch (e) {
      _heartbeatFailed(LedgerException.from(e));
    }
  }

  Future<void> _aborted(OperationAbortedEvent event) async {
    if (!_abortFlag.update(event)) return;
    await _ledger._callbacks.run(() => _callback.onAbort?.call(this, event));
    try {
      await acknowledgeAbort();
    } on LedgerException {
      // The operation has ended or the sidecar is gone: nobody waits for it.
    }
  }

  void _failed(OperationFailedEvent event) {
    if (_failure.isCompleted) return;
    _failure.complete(event);
    _run(() => _callback.onFailure?.call(this, event));
  }

  void _completed(OperationCompletedEvent event) {
    _close();
    _run(() => _callback.onCompleted?.call(this, event));
  }

  void _joined(ParticipantEvent event) =>
      _run(() => _callback.onParticipantJoined?.call(this, event));

  void _left(ParticipantEvent event) =>
      _run(() => _callback.onParticipantLeft?.call(this, event));

  Future<void> _beat() async {
    try {
      final result = await heartbeat();
      _run(() => _callback.onHeartbeatSuccess?.call(this, result));
    } on Exception catch (e) {
      _heartbeatFailed(LedgerException.from(e));
    }
  }

  void _heartbeatFailed(LedgerException error) {
    if (_closed) return; // it failed because we are done
    // With these there is nothing left to beat for.
    if (error
        case SessionException() ||
            OperationNotFoundException() ||
            OperationEndedException() ||
            ConnectionException()) {
      _close();
    }
    _run(() => _callback.onHeartbeatError?.call(this, error));
  }

  void _run(FutureOr<void> Function() callback) =>
      unawaited(_ledger._callbacks.run(callback));
}
