// A participant through the Dart binding; see README.md.
import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:tomledger/tomledger.dart';

Future<void> main(List<String> arguments) async {
  final [ledgerPath, operationId, participantId] = arguments;
  final ledger = await Ledger.connect(
    participantId: participantId,
    ledgerPath: ledgerPath,
  );
  final aborts = StreamController<Map<String, Object?>>();
  final told = StreamIterator(aborts.stream);
  final operation = await ledger.joinOperation(
    operationId,
    callback: OperationCallback(
      onAbort:
          (_, event) =>
              aborts.add({'by': event.by, 'reason': event.reason}),
    ),
  );
  final calls = <String, Call<Object?>>{};

  Future<Map<String, Object?>> act(Map<String, Object?> order) async {
    switch (order['do']) {
      case 'start':
        final call = await operation.startCall<Object?>();
        calls[call.callId] = call;
        return {'callId': call.callId};
      case 'end':
        await calls[order['callId']]!.end(order['result']);
      case 'await':
        final outcome = await operation.awaitCall<Object?>(
          order['callId']! as String,
        );
        return {'status': outcome.status.name, 'result': outcome.result};
      case 'abort':
        await operation.setAbortFlag(reason: order['reason'] as String?);
      case 'awaitAbort':
        await told.moveNext();
        return told.current;
      case 'leave':
        await operation.leave();
        await ledger.dispose();
    }
    return {};
  }

  stdout.writeln('{}');
  final orders = stdin.transform(utf8.decoder).transform(const LineSplitter());
  await for (final line in orders) {
    final order = jsonDecode(line) as Map<String, Object?>;
    stdout.writeln(jsonEncode(await act(order)));
    if (order['do'] == 'leave') break;
  }
}
