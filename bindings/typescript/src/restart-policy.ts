/** How often a broken connection is made anew. */
export interface RestartLimits {
  /** How many restarts are allowed within the window. */
  readonly maxRestarts: number;
  /** The length of the window. */
  readonly windowMs: number;
  /** The delay before the second restart of a window; it doubles from there. */
  readonly baseDelayMs: number;
}

/** At most 5 restarts in 3 minutes: what VS Code's language clients do. */
export const defaultRestartLimits: RestartLimits = {
  maxRestarts: 5,
  windowMs: 3 * 60_000,
  baseDelayMs: 50,
};

/**
 * Decides whether and when to reconnect. The first restart of a window is
 * immediate; later ones wait, so that a sidecar that needs a moment to come
 * back does not use up the allowance within a millisecond.
 */
export class RestartPolicy {
  private restarts: readonly number[] = [];

  constructor(readonly limits: RestartLimits = defaultRestartLimits) {}

  /**
   * Claims a restart at the time `nowMs` of a monotonic clock. Returns how long
   * to wait before it, or `undefined` when the allowance is used up.
   */
  next(nowMs: number): number | undefined {
    const { maxRestarts, windowMs, baseDelayMs } = this.limits;
    const recent = this.restarts.filter((at) => nowMs - at < windowMs);
    if (recent.length >= maxRestarts) return undefined;
    this.restarts = [...recent, nowMs];
    return recent.length === 0 ? 0 : baseDelayMs * 2 ** (recent.length - 1);
  }
}
