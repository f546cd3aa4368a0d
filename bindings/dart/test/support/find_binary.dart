import 'dart:isolate';

import 'package:tomledger/src/binary.dart';

/// Sends back where the binary is found with the first argument as `PATH`.
Future<void> main(List<String> arguments, SendPort found) async =>
    found.send(await findBinary(environment: {'PATH': arguments.single}));
