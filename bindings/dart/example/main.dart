// A first operation: a call with a temporary file, a line in the log, and the
// place where the record lies.
//
//     dart run example/main.dart [LEDGER]

import 'dart:io';

import 'package:tomledger/tomledger.dart';

Future<void> main(List<String> arguments) async {
  final ledger = await Ledger.connect(
    participantId: 'example',
    ledgerPath: arguments.isEmpty ? null : arguments.first,
  );
  try {
    final operation = await ledger.createOperation(
      description: 'count the words of a text',
      callback: OperationCallback(
        onAbort: (operation, event) => stdout.writeln('aborted by ${event.by}'),
        onFailure: (operation, event) => stdout.writeln(event.reason),
      ),
    );
    final call = await operation.startCall<int>(description: 'count');
    final count = await countWords(operation, call);
    await call.end(count);

    final outcome = await operation.awaitCall<int>(call.callId);
    stdout.writeln('${outcome.result} words after ${operation.elapsedMs} ms');

    final record = await operation.complete();
    stdout.writeln('the record lies in ${record.backupPath}');
  } finally {
    // A ledger that is not disposed keeps the program running.
    await ledger.dispose();
  }
}

Future<int> countWords(Operation operation, Call<int> call) async {
  final file = File('${Directory.systemTemp.path}/${call.callId}.txt');
  // First registered, then made: it is removed even if this process dies.
  await operation.registerTempResource(path: file.path, call: call);
  await file.writeAsString('the quick brown fox');
  await operation.log('wrote ${file.path}');
  final words = (await file.readAsString()).split(' ');

  await file.delete();
  await operation.unregisterTempResource(path: file.path);
  return words.length;
}
