import 'dart:async';

import 'protocol.g.dart';

/// The abort flag of an operation as its participant sees it, and a future of
/// it.
final class AbortFlag {
  bool _isSet = false;
  Completer<OperationAbortedEvent> _raised = Completer();

  /// Whether the flag is set.
  bool get isSet => _isSet;

  /// Completes when the flag is set; at once if it is. After a clearing: the
  /// next time. Never fails.
  Future<OperationAbortedEvent> get raised => _raised.future;

  /// Takes the flag's new value. Returns whether this set a flag that was
  /// clear.
  bool update(OperationAbortedEvent event) {
    if (event.value == _isSet) return false;
    _isSet = event.value;
    if (!_isSet) {
      _raised = Completer();
      return false;
    }
    _raised.complete(event);
    return true;
  }
}
