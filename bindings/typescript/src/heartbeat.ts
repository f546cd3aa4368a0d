/** How often to beat. */
export interface HeartbeatTiming {
  /** The interval. */
  readonly intervalMs: number;
  /** A random part on top, so that many clients do not beat in step. */
  readonly jitterMs: number;
}

/** 4.5 s and up to 0.5 s: two beats fit into the 10 s after which silence is suspect. */
export const defaultHeartbeat: HeartbeatTiming = { intervalMs: 4_500, jitterMs: 500 };

/**
 * Beats at intervals, from the host's own event loop, so that a loop that hangs
 * is noticed. Does not keep the host process alive, and starts no beat before
 * the one before it is over.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  /** `beat` must not reject. */
  constructor(
    private readonly timing: HeartbeatTiming,
    private readonly beat: () => Promise<unknown>,
  ) {
    this.schedule();
  }

  /** Ends the beating for good. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private schedule(): void {
    if (this.stopped) return;
    const { intervalMs, jitterMs } = this.timing;
    this.timer = setTimeout(() => {
      void this.beat().then(() => this.schedule());
    }, intervalMs + Math.random() * jitterMs);
    this.timer.unref();
  }
}
