import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from './abortable.js';
import type { Channel } from './channel.js';
import { BrokenConnection, Connection, type RequestOptions } from './connection.js';
import { ConnectionError, LedgerError, messageOf } from './errors.js';
import {
  type Caller,
  type InitializeParams,
  type InitializeResult,
  type MethodName,
  mutatingMethods,
  type SidecarMethods,
} from './protocol.gen.js';
import { RestartPolicy } from './restart-policy.js';

/** What a link needs from its owner. */
export interface LinkOptions {
  /** Opens a new channel: starts a sidecar, or connects to one. */
  readonly dial: () => Promise<Channel>;
  /** How this client introduces itself. */
  readonly introduction: InitializeParams;
  /** A notification came. */
  readonly onNotification: (method: string, params: unknown) => void;
  /** The connection broke, and is being made anew. */
  readonly onBroken: (reason: string) => void;
  /** A new connection stands; the result names the sessions that were taken over. */
  readonly onResumed: (result: InitializeResult) => void;
  /** No connection will stand any more. */
  readonly onGivenUp: (error: LedgerError) => void;
  readonly policy?: RestartPolicy;
}

/** How long a sidecar may take to answer `initialize` or `shutdown`. */
const handshakeMs = 10_000;
const goodbyeMs = 2_000;

/** A connection that has been introduced. */
interface Live {
  readonly connection: Connection;
  readonly result: InitializeResult;
}

/**
 * A connection that outlives its connections: when one breaks, the link makes a
 * new one, takes the sessions over with the resume token, and sends again what
 * was under way. That is safe because every mutating request carries a request
 * key, with which a repetition returns the first answer; all other methods only
 * read.
 */
export class Link implements Caller {
  private live: Live | undefined;
  private pending: Promise<Live>;
  private over: LedgerError | undefined;
  private goodbye: Promise<void> | undefined;
  private latest!: InitializeResult;

  private constructor(
    private readonly options: LinkOptions,
    private readonly policy: RestartPolicy,
  ) {
    this.pending = this.establish();
  }

  /** Makes the first connection. */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options, options.policy ?? new RestartPolicy());
    await link.pending;
    return link;
  }

  /** What the sidecar said at the newest `initialize`. */
  get initialized(): InitializeResult {
    return this.latest;
  }

  /** Whether a connection stands right now. */
  get connected(): boolean {
    return this.live !== undefined;
  }

  /** Sends a request, again if need be, and returns its answer. */
  async call<M extends MethodName>(
    method: M,
    params: SidecarMethods[M]['params'],
    options: RequestOptions = {},
  ): Promise<SidecarMethods[M]['result']> {
    const keyed = mutatingMethods.has(method) ? withRequestKey(params) : params;
    for (;;) {
      if (this.over !== undefined) throw this.over;
      // No await when a connection stands: requests leave in the order of their calls.
      const { connection } = this.live ?? (await abortable(this.pending, options.signal));
      try {
        return await connection.request(method, keyed, options);
      } catch (error) {
        if (!(error instanceof BrokenConnection)) throw error;
      }
    }
  }

  /** Says goodbye and closes. Requests under way are rejected. */
  dispose(): Promise<void> {
    this.goodbye ??= this.sayGoodbye();
    return this.goodbye;
  }

  private async sayGoodbye(): Promise<void> {
    const live = this.live;
    this.over ??= new ConnectionError('disposed', 'this ledger was disposed; connect again');
    this.live = undefined;
    if (live === undefined) return;
    try {
      await live.connection.request('shutdown', {}, { signal: AbortSignal.timeout(goodbyeMs) });
    } catch {
      // It is gone or hangs: closing is all that is left to do.
    }
    await live.connection.close();
  }

  private async establish(resumeToken?: string): Promise<Live> {
    const channel = await this.options.dial();
    const connection: Connection = new Connection(channel, {
      onNotification: this.options.onNotification,
      onBroken: (reason) => this.broken(connection, reason),
    });
    try {
      const result = await connection.request(
        'initialize',
        { ...this.options.introduction, resumeToken },
        { signal: AbortSignal.timeout(handshakeMs) },
      );
      if (this.over !== undefined) throw this.over;
      connection.maxFrameBytes = result.limits.maxFrameBytes;
      this.latest = result;
      this.live = { connection, result };
      return this.live;
    } catch (error) {
      const reason = await connection.close();
      if (error instanceof LedgerError) throw error;
      throw new ConnectionError('sidecarNotStarted', `the sidecar did not answer: ${reason}`);
    }
  }

  /** Called for a connection that broke after it was introduced; `establish` sees to the others. */
  private broken(connection: Connection, reason: Promise<string>): void {
    if (this.live?.connection !== connection) return;
    this.live = undefined;
    this.pending = this.restart(reason);
    this.pending.catch((error: unknown) => this.giveUp(error));
  }

  private async restart(broken: Promise<string>): Promise<Live> {
    let reason = await broken;
    this.options.onBroken(reason);
    for (;;) {
      const wait = this.policy.next(performance.now());
      if (wait === undefined) throw this.exhausted(reason);
      await delay(wait);
      if (this.over !== undefined) throw this.over;
      try {
        const live = await this.establish(this.latest.resumeToken);
        this.options.onResumed(live.result);
        return live;
      } catch (error) {
        if (!(error instanceof ConnectionError) || error.code === 'disposed') throw error;
        reason = error.message;
      }
    }
  }

  private exhausted(reason: string): LedgerError {
    const { maxRestarts, windowMs } = this.policy.limits;
    return new ConnectionError(
      'restartsExhausted',
      `the sidecar was lost more than ${maxRestarts} times within ${windowMs / 1000} s; ` +
        `the last time ${reason}. Look at its stderr, then connect again.`,
    );
  }

  private giveUp(error: unknown): void {
    if (this.over !== undefined) return;
    this.over =
      error instanceof LedgerError ? error : new ConnectionError('connectionLost', messageOf(error));
    this.options.onGivenUp(this.over);
  }
}

function withRequestKey<P extends object>(params: P): P {
  const { requestKey } = params as { readonly requestKey?: string };
  return { ...params, requestKey: requestKey ?? randomUUID() };
}
