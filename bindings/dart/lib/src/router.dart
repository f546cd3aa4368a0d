part of 'ledger.dart';

/// Takes what the sidecar tells to whom it concerns.
final class _Router implements LinkListener {
  _Router(this._ledger);

  final Ledger _ledger;

  LedgerCallback get _callback => _ledger._callback;

  @override
  void onNotification(String method, Map<String, Object?> params) {
    final SidecarEvent? event;
    try {
      event = SidecarEvent.decode(method, params);
    } on FormatException {
      return; // of a newer version, like an event whose name we don't know
    }
    switch (event) {
      case null:
        break;
      case LedgerLogLineNotification(:final params):
        _run(() => _callback.onLogLine?.call(params));
      case LedgerBackupCreatedNotification(:final params):
        _run(() => _callback.onBackupCreated?.call(params));
      case LedgerEventsDroppedNotification(:final params):
        _run(() => _callback.onEventsDropped?.call(params));
      case OperationAbortedNotification(:final params):
        _each(params.operationId, (operation) => operation._aborted(params));
      case OperationFailedNotification(:final params):
        _each(params.operationId, (operation) => operation._failed(params));
      case OperationCompletedNotification(:final params):
        _each(params.operationId, (operation) => operation._completed(params));
      case OperationParticipantJoinedNotification(:final params):
        _each(params.operationId, (operation) => operation._joined(params));
      case OperationParticipantLeftNotification(:final params):
        _each(params.operationId, (operation) => operation._left(params));
      case CallCancelRequestedNotification(:final params):
        _each(
          params.operationId,
          (operation) =>
              operation._calls[params.callId]?._cancelRequested(params),
        );
      case CallFinishedNotification(:final params):
        _each(
          params.operationId,
          (operation) =>
              operation._calls.remove(params.callId)?._finished(params),
        );
    }
  }

  @override
  void onBroken(String reason) =>
      _run(() => _callback.onConnectionLost?.call(reason));

  @override
  void onResumed(InitializeResult result) {
    for (final operation in _ledger._all()) {
      operation._reconnected(result.resumedSessions);
    }
    _run(() => _callback.onReconnected?.call());
  }

  @override
  void onGivenUp(LedgerException error) {
    for (final operation in _ledger._all()) {
      operation._close();
    }
    _run(() => _callback.onConnectionGivenUp?.call(error));
  }

  void _run(FutureOr<void> Function() callback) =>
      unawaited(_ledger._callbacks.run(callback));

  void _each(String operationId, void Function(Operation operation) tell) =>
      _ledger._of(operationId).forEach(tell);
}
