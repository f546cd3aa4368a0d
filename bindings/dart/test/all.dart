import 'abort_test.dart' as abort;
import 'binary_test.dart' as binary;
import 'conformance_test.dart' as conformance;
import 'connection_test.dart' as connection;
import 'errors_test.dart' as errors;
import 'example_test.dart' as example;
import 'framing_test.dart' as framing;
import 'ledger_test.dart' as ledger;
import 'link_test.dart' as link;
import 'reconnect_test.dart' as reconnect;
import 'socket_test.dart' as socket;
import 'support/harness.dart';

/// All tests.
Future<void> main() => runTests(() {
  framing.declare();
  connection.declare();
  conformance.declare();
  link.declare();
  binary.declare();
  errors.declare();
  ledger.declare();
  abort.declare();
  reconnect.declare();
  socket.declare();
  example.declare();
});
