/// Writes a time as seconds with milliseconds, three digits each, as in the
/// operation's log: `012.345`. More than 999 s takes more digits, and a
/// negative time counts as none.
String formatElapsed(Duration elapsed) {
  final ms = elapsed.isNegative ? 0 : elapsed.inMilliseconds;
  final seconds = (ms ~/ 1000).toString().padLeft(3, '0');
  return '$seconds.${(ms % 1000).toString().padLeft(3, '0')}';
}
