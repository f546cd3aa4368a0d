/// Decides whether and when a broken connection is made anew: a sidecar that
/// dies of what it is asked would otherwise be restarted for ever.
final class RestartPolicy {
  /// Allows [maxRestarts] within any [window]. A test passes [now]; otherwise
  /// a monotonic clock counts from here.
  RestartPolicy({
    this.maxRestarts = 5,
    this.window = const Duration(minutes: 3),
    this.baseDelay = const Duration(milliseconds: 50),
    Duration Function()? now,
  }) : _now = now ?? _monotonic();

  /// How many restarts are allowed within [window].
  final int maxRestarts;

  /// The time in which restarts count.
  final Duration window;

  /// The delay before the second restart in a window; it doubles from there.
  /// The first is immediate. Without a delay, a sidecar that needs a moment to
  /// come back would use up the allowance within a millisecond.
  final Duration baseDelay;

  final Duration Function() _now;
  final List<Duration> _restarts = []; // the recent ones, oldest first

  /// Claims a restart. Returns how long to wait before it, or null when the
  /// allowance is used up.
  Duration? next() {
    final now = _now();
    _restarts.removeWhere((at) => now - at >= window);
    final recent = _restarts.length;
    if (recent >= maxRestarts) return null;
    _restarts.add(now);
    return recent == 0 ? Duration.zero : baseDelay * (1 << (recent - 1));
  }

  static Duration Function() _monotonic() {
    final watch = Stopwatch()..start();
    return () => watch.elapsed;
  }
}
