import 'dart:io';

import 'binary.dart';
import 'channel.dart';
import 'errors.dart';

/// Prepares the way to a sidecar: a function that opens a channel each time it
/// is called.
///
/// Without [socketPath] and [autoStart] that is a sidecar of our own, a child
/// of this process. With [autoStart] it is a running `tomledger serve` or, if
/// there is none, one that is started: the binary knows where the socket of a
/// ledger lies and how to start its server, so a `tomledger connect` does both
/// and bridges.
///
/// Throws a [ConnectionException] `binaryNotFound`.
Future<Future<Channel> Function()> dialer({
  String? ledgerPath,
  String? socketPath,
  String? binaryPath,
  bool autoStart = false,
  Map<String, String>? environment,
}) async {
  if (socketPath != null && !autoStart) {
    return () => SocketChannel.connect(socketPath);
  }
  final binary = await findBinary(
    binaryPath: binaryPath,
    environment: {...Platform.environment, ...?environment},
  );
  final arguments = [
    if (autoStart) ...['connect', '--auto-start'] else 'stdio',
    // Absolute, since a restart may happen in another working directory.
    if (ledgerPath != null) ...['--ledger', File(ledgerPath).absolute.path],
    if (socketPath != null) ...['--socket', socketPath],
  ];
  return () => ChildChannel.start(binary, arguments, environment: environment);
}
