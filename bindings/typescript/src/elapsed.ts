/**
 * Seconds with milliseconds, three digits each, as in the operation's log:
 * `012.345`. More than 999 s takes more digits.
 */
export function formatElapsed(elapsedMs: number): string {
  const ms = Math.max(0, Math.floor(elapsedMs));
  const seconds = String(Math.floor(ms / 1000)).padStart(3, '0');
  return `${seconds}.${String(ms % 1000).padStart(3, '0')}`;
}
