import 'dart:convert';
import 'dart:io';

import 'package:tomledger/tomledger.dart';

import 'support/harness.dart';

/// What comes back from decoding a JSON object and encoding it again.
typedef Trip = Object? Function(Object? json);

/// The types of each method: of its parameters, and of its result.
final Map<String, (Trip, Trip)> methods = {
  'initialize': (
    (json) => InitializeParams.fromJson(json).toJson(),
    (json) => InitializeResult.fromJson(json).toJson(),
  ),
  'ping': (_empty, _empty),
  'shutdown': (_empty, _empty),
  'rpc.discover': (_empty, (json) => OpenRPCDocument.fromJson(json).toJson()),
  'ledger/status': (
    _empty,
    (json) => LedgerStatusResult.fromJson(json).toJson(),
  ),
  'ledger/operations': (
    (json) => LedgerOperationsParams.fromJson(json).toJson(),
    (json) => LedgerOperationsResult.fromJson(json).toJson(),
  ),
  'operation/create': (
    (json) => OperationCreateParams.fromJson(json).toJson(),
    (json) => OperationCreateResult.fromJson(json).toJson(),
  ),
  'operation/join': (
    (json) => OperationJoinParams.fromJson(json).toJson(),
    (json) => OperationJoinResult.fromJson(json).toJson(),
  ),
  'operation/leave': (
    (json) => OperationLeaveParams.fromJson(json).toJson(),
    _empty,
  ),
  'operation/complete': (
    (json) => OperationCompleteParams.fromJson(json).toJson(),
    (json) => OperationCompleteResult.fromJson(json).toJson(),
  ),
  'operation/fail': (
    (json) => OperationFailParams.fromJson(json).toJson(),
    _empty,
  ),
  'operation/heartbeat': (
    (json) => OperationHeartbeatParams.fromJson(json).toJson(),
    (json) => OperationHeartbeatResult.fromJson(json).toJson(),
  ),
  'operation/abort': (
    (json) => OperationAbortParams.fromJson(json).toJson(),
    _empty,
  ),
  'operation/ackAbort': (
    (json) => OperationAckAbortParams.fromJson(json).toJson(),
    _empty,
  ),
  'operation/state': (
    (json) => OperationStateParams.fromJson(json).toJson(),
    (json) => OperationStateResult.fromJson(json).toJson(),
  ),
  'operation/get': (
    (json) => OperationGetParams.fromJson(json).toJson(),
    (json) => Document.fromJson(json).toJson(),
  ),
  'operation/log': (
    (json) => OperationLogParams.fromJson(json).toJson(),
    _empty,
  ),
  'operation/trail': (
    (json) => OperationTrailParams.fromJson(json).toJson(),
    (json) => OperationTrailResult.fromJson(json).toJson(),
  ),
  'operation/wait': (
    (json) => OperationWaitParams.fromJson(json).toJson(),
    (json) => OperationWaitResult.fromJson(json).toJson(),
  ),
  'call/start': (
    (json) => CallStartParams.fromJson(json).toJson(),
    (json) => CallStartResult.fromJson(json).toJson(),
  ),
  'call/end': (
    (json) => CallEndParams.fromJson(json).toJson(),
    (json) => CallEndResult.fromJson(json).toJson(),
  ),
  'call/fail': (
    (json) => CallFailParams.fromJson(json).toJson(),
    (json) => CallFailResult.fromJson(json).toJson(),
  ),
  'call/cancel': ((json) => CallCancelParams.fromJson(json).toJson(), _empty),
  'call/await': (
    (json) => CallAwaitParams.fromJson(json).toJson(),
    (json) => CallOutcome.fromJson(json).toJson(),
  ),
  'call/sync': (
    (json) => CallSyncParams.fromJson(json).toJson(),
    (json) => CallSyncResult.fromJson(json).toJson(),
  ),
  'callframe/create': (
    (json) => CallframeCreateParams.fromJson(json).toJson(),
    (json) => CallframeCreateResult.fromJson(json).toJson(),
  ),
  'callframe/delete': (
    (json) => CallframeDeleteParams.fromJson(json).toJson(),
    (json) => CallframeDeleteResult.fromJson(json).toJson(),
  ),
  'resource/register': (
    (json) => ResourceRegisterParams.fromJson(json).toJson(),
    (json) => ResourceRegisterResult.fromJson(json).toJson(),
  ),
  'resource/unregister': (
    (json) => ResourceUnregisterParams.fromJson(json).toJson(),
    (json) => ResourceUnregisterResult.fromJson(json).toJson(),
  ),
};

Object? _empty(Object? json) => const <String, Object?>{};

final RegExp _line = RegExp(r'^(\S+) (-->|<--) (\{.*)$');

/// Follows one file of recorded exchanges: requests by connection and id, so
/// that an answer is decoded as its method's.
final class Recording {
  final Map<(String, Object?), Map<String, Object?>> _requests = {};

  /// Decodes what stands in [line]; throws what is wrong with it.
  void decode(String line) {
    if (line.startsWith('=== ')) _requests.clear();
    final match = _line.firstMatch(line);
    if (match == null) return;
    final connection = match.group(1)!;
    final message = jsonDecode(match.group(3)!);
    if (message is! Map<String, Object?>) return;
    if (match.group(2) == '-->') {
      if (message['id'] case final id?) _requests[(connection, id)] = message;
      return;
    }
    _received(connection, message);
  }

  void _received(String connection, Map<String, Object?> message) {
    switch (message) {
      case {'method': final String name, 'params': final Object? params}:
        final event = SidecarEvent.decode(name, params);
        if (event == null) fail('no event $name is known');
        _same(_encode(event), params);
      case {'error': final Map<String, Object?> error}:
        _error(error);
      case {'id': final Object id, 'result': final Object? result}:
        _answer(_requests[(connection, id)], result);
      default:
        fail('neither an event nor an answer');
    }
  }

  void _answer(Map<String, Object?>? request, Object? result) {
    // "cli initializes" sends a request that the file does not show.
    if (request == null) return;
    final types = methods[request['method']];
    if (types == null) fail('no method ${request['method']} is known');
    final params = request['params'] ?? const <String, Object?>{};
    // What the sidecar accepts may hold more than what we send.
    if (!_contains(params, types.$1(params))) fail('misread $params');
    _same(types.$2(result), result);
  }

  void _error(Map<String, Object?> error) {
    final LedgerException(:code, :numericCode) = LedgerException.fromAnswer(
      error['code']! as int,
      error['message']! as String,
      error['data'],
    );
    expect(ErrorCode.fromNumber(numericCode)?.name, code);
    final data = error['data'];
    _same(ErrorData.fromJson(data).toJson(), data);
  }
}

Map<String, Object?> _encode(SidecarEvent event) => switch (event) {
  OperationAbortedNotification(:final params) => params.toJson(),
  OperationFailedNotification(:final params) => params.toJson(),
  OperationCompletedNotification(:final params) => params.toJson(),
  OperationParticipantJoinedNotification(:final params) => params.toJson(),
  OperationParticipantLeftNotification(:final params) => params.toJson(),
  CallCancelRequestedNotification(:final params) => params.toJson(),
  CallFinishedNotification(:final params) => params.toJson(),
  LedgerBackupCreatedNotification(:final params) => params.toJson(),
  LedgerLogLineNotification(:final params) => params.toJson(),
  LedgerEventsDroppedNotification(:final params) => params.toJson(),
};

/// Shows that nothing was lost: unlike [expect], 50 equals 50.0, and the order
/// of members does not count.
void _same(Object? actual, Object? expected) {
  if (!_equal(actual, expected)) fail('expected $expected, got $actual');
}

bool _contains(Object? whole, Object? part) =>
    whole is Map<String, Object?> &&
    part is Map<String, Object?> &&
    part.entries.every((entry) => _equal(entry.value, whole[entry.key]));

bool _equal(Object? a, Object? b) => switch ((a, b)) {
  (final Map<Object?, Object?> a, final Map<Object?, Object?> b) =>
    a.length == b.length &&
        a.keys.every((key) => b.containsKey(key) && _equal(a[key], b[key])),
  (final List<Object?> a, final List<Object?> b) =>
    a.length == b.length &&
        Iterable<int>.generate(a.length).every((i) => _equal(a[i], b[i])),
  _ => a == b,
};

void declare() {
  final directory = Directory('../conformance');
  final files = [
    for (final entry in directory.listSync())
      if (entry is File && entry.path.endsWith('.io')) entry,
  ]..sort((a, b) => a.path.compareTo(b.path));

  for (final file in files) {
    test('conformance: ${file.uri.pathSegments.last} is decoded', () {
      final recording = Recording();
      for (final (i, line) in file.readAsLinesSync().indexed) {
        try {
          recording.decode(line);
        } on Exception catch (e) {
          fail('${file.path}:${i + 1}: $e');
        }
      }
    });
  }
}

Future<void> main() => runTests(declare);
