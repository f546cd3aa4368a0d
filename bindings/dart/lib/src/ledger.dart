import 'dart:async';
import 'dart:io' show pid;

import 'abort_flag.dart';
import 'callbacks.dart';
import 'dial.dart';
import 'elapsed.dart';
import 'errors.dart';
import 'heartbeat.dart';
import 'link.dart';
import 'protocol.g.dart';

part 'call.dart';
part 'operation.dart';
part 'router.dart';

/// A participant's connection to a ledger.
///
/// A connected ledger keeps the program running: [dispose] it at the end.
final class Ledger {
  Ledger._(
    this.participantId,
    this._callback,
    this._callbacks,
    this._heartbeatInterval,
  );

  /// Connects to a ledger: starts a sidecar of our own or, with [socketPath]
  /// or [autoStart], shares one.
  ///
  /// - [participantId]: who this process is in the ledger: a letter or digit,
  ///   then up to 63 letters, digits, `_`, `.` and `-`.
  /// - [ledgerPath]: the ledger directory; the sidecar's own default, if left
  ///   out.
  /// - [socketPath]: the socket of a running `tomledger serve`.
  /// - [binaryPath]: the tomledger binary; searched for, if left out.
  /// - [autoStart]: shares a running `tomledger serve`, and starts one if there
  ///   is none.
  /// - [staleAfter]: after how long a silence we are suspect; zero: judged by
  ///   the connection alone.
  /// - [heartbeatInterval]: how often operations beat, without jitter.
  /// - [reconnectGrace]: how long we may be away before our sessions end.
  /// - [clientInfo]: who this program is, for people who read the record.
  /// - [environment]: environment variables of the sidecar, on top of this
  ///   process's own.
  /// - [subscribe]: names of events beyond the defaults; `*` at the end stands
  ///   for all that begin like it.
  ///
  /// Throws a [ConnectionException] `binaryNotFound` or `sidecarNotStarted`,
  /// and a [LedgerException] if the sidecar refuses us (`versionMismatch`,
  /// `invalidParams`).
  static Future<Ledger> connect({
    required String participantId,
    String? ledgerPath,
    String? socketPath,
    String? binaryPath,
    bool autoStart = false,
    Duration? staleAfter,
    Duration heartbeatInterval = defaultHeartbeatInterval,
    Duration? reconnectGrace,
    ClientInfo? clientInfo,
    LedgerCallback callback = const LedgerCallback(),
    Map<String, String>? environment,
    List<String> subscribe = const [],
  }) async {
    final callbacks = CallbackRunner(callback.onCallbackError);
    final ledger = Ledger._(
      participantId,
      callback,
      callbacks,
      heartbeatInterval,
    );
    ledger._link = await Link.open(
      dial: await dialer(
        ledgerPath: ledgerPath,
        socketPath: socketPath,
        binaryPath: binaryPath,
        autoStart: autoStart,
        environment: environment,
      ),
      introduction: InitializeParams(
        participantId: participantId,
        pid: pid,
        clientInfo: clientInfo,
        protocolVersion: protocolVersion,
        heartbeatIntervalMs: heartbeatInterval.inMilliseconds,
        staleAfterMs: staleAfter?.inMilliseconds,
        reconnectGraceMs: reconnectGrace?.inMilliseconds,
        subscribe: [
          ...subscribe,
          if (callback.onLogLine != null) EventNames.ledgerLogLine,
          if (callback.onBackupCreated != null) EventNames.ledgerBackupCreated,
        ],
      ),
      listener: _Router(ledger),
    );
    return ledger;
  }

  /// Who we are in the ledger.
  final String participantId;

  final LedgerCallback _callback;
  final CallbackRunner _callbacks;
  final Duration _heartbeatInterval;
  final Map<String, Set<Operation>> _operations = {};
  late final Link _link;

  /// Every method of the contract as it is on the wire.
  late final ProtocolClient protocol = ProtocolClient(_link);

  /// What the sidecar said when we connected: its version, its limits, where
  /// the ledger lies.
  InitializeResult get sidecar => _link.initialized;

  /// Creates an operation and joins it as its initiator.
  ///
  /// [description] is for people who read the record, [labels] for programs
  /// that look for operations; [deadline] is how long it may take.
  Future<Operation> createOperation({
    String? description,
    Map<String, String>? labels,
    Duration? deadline,
    OperationCallback callback = const OperationCallback(),
  }) async {
    final created = await protocol.operationCreate(
      OperationCreateParams(
        description: description,
        labels: labels,
        deadlineMs: deadline?.inMilliseconds,
      ),
    );
    return _add(
      Operation._(
        this,
        callback,
        operationId: created.operationId,
        sessionId: created.sessionId,
        isInitiator: created.isInitiator,
        startTime: created.startTime,
      ),
    );
  }

  /// Joins the operation [operationId] in a session of its own.
  ///
  /// Throws an [OperationNotFoundException], an [OperationEndedException] or
  /// an [OperationFailedException] where there is nothing to join.
  Future<Operation> joinOperation(
    String operationId, {
    OperationCallback callback = const OperationCallback(),
  }) async {
    final joined = await protocol.operationJoin(
      OperationJoinParams(operationId: operationId),
    );
    final operation = _add(
      Operation._(
        this,
        callback,
        operationId: joined.operationId,
        sessionId: joined.sessionId,
        isInitiator: joined.isInitiator,
        startTime: joined.startTime,
      ),
    );
    if (joined.aborted) unawaited(operation._refresh());
    return operation;
  }

  /// A page of the ledger's operations, oldest first: those in one of [states]
  /// (all, if left out), with [includeBackups] the archived ones too, at most
  /// [limit], beginning after `next` of the page before.
  Future<LedgerOperationsResult> operations({
    List<OperationState>? states,
    bool includeBackups = false,
    int? limit,
    String? after,
  }) => protocol.ledgerOperations(
    LedgerOperationsParams(
      states: states,
      includeBackups: includeBackups,
      limit: limit,
      after: after,
    ),
  );

  /// What serves here, and how it is.
  Future<LedgerStatusResult> status() => protocol.ledgerStatus();

  /// Says goodbye: leaves all operations, cancels their pending calls, and
  /// closes the connection. Requests under way fail with `disposed`. May be
  /// called again.
  Future<void> dispose() {
    for (final operation in _all()) {
      operation._close();
    }
    return _link.dispose();
  }

  Operation _add(Operation operation) {
    (_operations[operation.operationId] ??= {}).add(operation);
    return operation;
  }

  void _remove(Operation operation) {
    final siblings = _operations[operation.operationId];
    siblings?.remove(operation);
    if (siblings != null && siblings.isEmpty) {
      _operations.remove(operation.operationId);
    }
  }

  /// A copy, since what is done with an operation may close it.
  List<Operation> _all() => [
    for (final siblings in _operations.values) ...siblings,
  ];

  List<Operation> _of(String operationId) => [...?_operations[operationId]];
}
