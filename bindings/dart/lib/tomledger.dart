/// Client for tomledger, a shared record of operations that several processes
/// work on.
///
/// Begin with [Ledger.connect].
library;

export 'src/callbacks.dart' hide CallbackRunner;
export 'src/errors.dart';
export 'src/ledger.dart';
export 'src/protocol.g.dart';
