import 'protocol.g.dart';

/// The base of every exception this package throws.
///
/// A program acts on [code], the symbolic name (`operationNotFound`);
/// [message] is one English sentence for people.
class LedgerException implements Exception {
  /// Describes an error.
  const LedgerException(
    this.code,
    this.message, {
    this.numericCode = 0,
    this.data = const {},
  });

  /// Decodes an error answer. Data of another shape, which another server may
  /// send, gives the code `unknown`.
  factory LedgerException.fromAnswer(
    int numericCode,
    String message,
    Object? data,
  ) {
    final details =
        data is Map<String, Object?> ? data : const <String, Object?>{};
    final code = switch (details['code']) {
      final String code => code,
      _ => 'unknown',
    };
    final make = _classes[code] ?? LedgerException.new;
    return make(code, message, numericCode: numericCode, data: details);
  }

  /// Makes a [LedgerException] of anything else that was thrown: answers that
  /// this version can't read.
  factory LedgerException.from(Object error) =>
      error is LedgerException ? error : LedgerException('unknown', '$error');

  /// The symbolic name of the error, `data.code` on the wire.
  final String code;

  /// What went wrong and what to do, in one sentence.
  final String message;

  /// The code on the wire; 0 for an error that never was there.
  final int numericCode;

  /// The ids and values concerned, as they came; [ErrorData] names them.
  final Map<String, Object?> data;

  @override
  String toString() => '$runtimeType: $message ($code)';
}

/// The sidecar can't be reached. [code] is one of
///
/// - `binaryNotFound`: there is no tomledger binary where we looked;
/// - `sidecarNotStarted`: the sidecar or its socket did not come up;
/// - `connectionLost`: the connection broke;
/// - `restartsExhausted`: it broke so often that we stopped reconnecting;
/// - `disposed`: `Ledger.dispose` was called.
final class ConnectionException extends LedgerException {
  /// Describes why there is no connection.
  const ConnectionException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// There is no such operation.
final class OperationNotFoundException extends LedgerException {
  /// Describes the operation.
  const OperationNotFoundException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// The operation has been completed.
final class OperationEndedException extends LedgerException {
  /// Describes the operation.
  const OperationEndedException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// The operation has failed, or is failing.
final class OperationFailedException extends LedgerException {
  /// Describes the operation.
  const OperationFailedException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// The operation's abort flag is set.
final class OperationAbortedException extends LedgerException {
  /// Describes the operation.
  const OperationAbortedException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// The session isn't open (`sessionNotActive`), or was declared lost
/// (`sessionLost`).
final class SessionException extends LedgerException {
  /// Describes the session.
  const SessionException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// Open calls, named in [callIds], stand in the way.
final class PendingCallsException extends LedgerException {
  /// Describes the calls.
  const PendingCallsException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });

  /// The open calls.
  List<String> get callIds => switch (data['callIds']) {
    final List<Object?> ids => ids.cast(),
    _ => const [],
  };
}

/// The call is unknown, has ended, or belongs to another participant.
final class CallException extends LedgerException {
  /// Describes the call.
  const CallException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

/// The call did not end in time.
final class CallTimeoutException extends LedgerException {
  /// Describes the call.
  const CallTimeoutException(
    super.code,
    super.message, {
    super.numericCode,
    super.data,
  });
}

typedef _Make =
    LedgerException Function(
      String code,
      String message, {
      int numericCode,
      Map<String, Object?> data,
    });

/// The class of each code that has one of its own.
const Map<String, _Make> _classes = {
  'operationNotFound': OperationNotFoundException.new,
  'operationEnded': OperationEndedException.new,
  'operationFailed': OperationFailedException.new,
  'operationAborted': OperationAbortedException.new,
  'sessionNotActive': SessionException.new,
  'sessionLost': SessionException.new,
  'pendingCalls': PendingCallsException.new,
  'callNotFound': CallException.new,
  'callAlreadyCompleted': CallException.new,
  'notCallOwner': CallException.new,
  'callTimeout': CallTimeoutException.new,
};
