import 'dart:async';

import 'errors.dart';
import 'ledger.dart';
import 'protocol.g.dart';

/// What a ledger tells, whichever operation it is about.
final class LedgerCallback {
  /// Sets the callbacks that are of interest.
  const LedgerCallback({
    this.onLogLine,
    this.onBackupCreated,
    this.onEventsDropped,
    this.onConnectionLost,
    this.onReconnected,
    this.onConnectionGivenUp,
    this.onCallbackError,
  });

  /// A line of an operation's log. Setting this subscribes to the lines of all
  /// operations.
  final FutureOr<void> Function(LedgerLogLineEvent event)? onLogLine;

  /// An operation was archived. Setting this subscribes to it for all
  /// operations.
  final FutureOr<void> Function(LedgerBackupCreatedEvent event)?
  onBackupCreated;

  /// This client was too slow for some log lines.
  final FutureOr<void> Function(LedgerEventsDroppedEvent event)?
  onEventsDropped;

  /// The connection to the sidecar broke; it is being made anew.
  final FutureOr<void> Function(String reason)? onConnectionLost;

  /// The connection stands again.
  final FutureOr<void> Function()? onReconnected;

  /// The connection will not come back: every request from now on gets this
  /// error.
  final FutureOr<void> Function(LedgerException error)? onConnectionGivenUp;

  /// A callback threw. Without this, it is an uncaught error of the zone in
  /// which `Ledger.connect` was called.
  final void Function(Object error, StackTrace stackTrace)? onCallbackError;
}

/// What happens to one operation.
final class OperationCallback {
  /// Sets the callbacks that are of interest.
  const OperationCallback({
    this.onAbort,
    this.onFailure,
    this.onCompleted,
    this.onParticipantJoined,
    this.onParticipantLeft,
    this.onHeartbeatError,
    this.onHeartbeatSuccess,
  });

  /// The abort flag was set. The abort is acknowledged when this has returned
  /// or, if it is asynchronous, has completed.
  final FutureOr<void> Function(
    Operation operation,
    OperationAbortedEvent event,
  )?
  onAbort;

  /// The operation is failing.
  final FutureOr<void> Function(
    Operation operation,
    OperationFailedEvent event,
  )?
  onFailure;

  /// The initiator has completed the operation.
  final FutureOr<void> Function(
    Operation operation,
    OperationCompletedEvent event,
  )?
  onCompleted;

  /// A participant opened a session.
  final FutureOr<void> Function(Operation operation, ParticipantEvent event)?
  onParticipantJoined;

  /// A participant's session ended.
  final FutureOr<void> Function(Operation operation, ParticipantEvent event)?
  onParticipantLeft;

  /// A heartbeat failed.
  final FutureOr<void> Function(Operation operation, LedgerException error)?
  onHeartbeatError;

  /// A heartbeat was answered.
  final FutureOr<void> Function(
    Operation operation,
    OperationHeartbeatResult result,
  )?
  onHeartbeatSuccess;
}

/// What happens to one call of ours.
final class CallCallback<T> {
  /// Sets the callbacks that are of interest.
  const CallCallback({this.onCancelRequested, this.onFinished});

  /// Someone asks us to give the call up. It stays open until we end it.
  final FutureOr<void> Function(Call<T> call, CallCancelRequestedEvent event)?
  onCancelRequested;

  /// The call has ended, by us or by what happened to the operation.
  final FutureOr<void> Function(Call<T> call, CallFinishedEvent event)?
  onFinished;
}

/// Runs users' callbacks so that what one throws harms nobody else and is
/// still seen.
final class CallbackRunner {
  /// Reports to [_onError]; to the current zone, if that is null.
  CallbackRunner(this._onError);

  final void Function(Object error, StackTrace stackTrace)? _onError;
  final Zone _zone = Zone.current;

  /// Runs [callback] to its end. Never fails.
  Future<void> run(FutureOr<void> Function() callback) async {
    try {
      await callback();
    } on Object catch (error, stackTrace) {
      final report = _onError ?? _zone.handleUncaughtError;
      report(error, stackTrace);
    }
  }
}
