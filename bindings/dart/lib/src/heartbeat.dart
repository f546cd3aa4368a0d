import 'dart:async';
import 'dart:math';

/// The default interval between heartbeats, without jitter: two beats fit into
/// the 10 s after which silence is suspect.
const Duration defaultHeartbeatInterval = Duration(milliseconds: 4500);

/// Beats at intervals, from the client's own event loop, so that a loop that
/// hangs is noticed. Starts no beat before the one before it is over.
final class Heartbeat {
  /// Calls [beat], which must not fail, every [interval] and up to a ninth
  /// more, so that many clients don't beat in step: 4.5 s and up to 0.5 s.
  Heartbeat(this.interval, this._beat) {
    _schedule();
  }

  /// The shortest time from the end of one beat to the next.
  final Duration interval;

  final Future<void> Function() _beat;
  final Random _random = Random();
  Timer? _timer;
  bool _stopped = false;

  /// Ends the beating for good.
  void stop() {
    _stopped = true;
    _timer?.cancel();
  }

  void _schedule() {
    if (_stopped) return;
    final jitter = interval * (_random.nextDouble() / 9);
    _timer = Timer(interval + jitter, () async {
      await _beat();
      _schedule();
    });
  }
}
