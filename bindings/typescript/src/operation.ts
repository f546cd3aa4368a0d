import { AbortFlag } from './abort-flag.js';
import { Call, type CallContext } from './call.js';
import type { CallbackRunner, CallCallback, OperationCallback } from './callbacks.js';
import { formatElapsed } from './elapsed.js';
import { LedgerError, OperationAbortedError } from './errors.js';
import type { EventHandlers } from './events.js';
import { Heartbeat, type HeartbeatTiming } from './heartbeat.js';
import type {
  CallOutcome,
  Document,
  LogLevel,
  OperationAbortedEvent,
  OperationCompletedEvent,
  OperationCompleteResult,
  OperationFailedEvent,
  OperationHeartbeatResult,
  OperationStateResult,
  OperationTrailResult,
  OperationWaitResult,
  ParticipantEvent,
  Progress,
  ProtocolClient,
  ResourceRegisterResult,
  ResourceUnregisterResult,
  WaitCondition,
} from './protocol.gen.js';

/** What an operation needs from its ledger. */
export interface OperationContext {
  /** For what the user asks: keeps the host process alive until it is answered. */
  readonly protocol: ProtocolClient;
  /** For what goes on by itself: does not. */
  readonly background: ProtocolClient;
  readonly callbacks: CallbackRunner;
  readonly heartbeat: HeartbeatTiming;
  /** This object takes no part in the operation any more. */
  readonly onClosed: (operation: Operation) => void;
}

/** What the sidecar said when the session was opened. */
export interface OperationStart {
  readonly operationId: string;
  readonly participantId: string;
  readonly isInitiator: boolean;
  readonly sessionId: number;
  readonly startTime: string;
}

/** How to start a call. */
export interface StartCallOptions<T> {
  /** For people who read the record. */
  readonly description?: string;
  /** Whether the call's loss or failure fails the operation: true, if left out. */
  readonly failOnCrash?: boolean;
  /** The call this one is made from. */
  readonly parentCallId?: string;
  /** How long the call may take. */
  readonly deadlineMs?: number;
  readonly callback?: CallCallback<T>;
}

/** How to wait. */
export interface WaitOptions {
  /** How long to wait; for ever, if left out. */
  readonly timeoutMs?: number;
  /** Gives the waiting up. */
  readonly signal?: AbortSignal;
}

/** How a call ended; its result is what the owner passed to `end`. */
export type Outcome<T> = Omit<CallOutcome, 'result'> & { readonly result?: T };

/** Errors that no later heartbeat will overcome. */
const final: ReadonlySet<string> = new Set([
  'operationNotFound',
  'operationEnded',
  'sessionNotActive',
  'sessionLost',
  'restartsExhausted',
  'disposed',
]);

/** An operation as one of its participants: one session on it. */
export class Operation {
  readonly operationId: string;
  readonly participantId: string;
  /** Names this session; unique in the operation. */
  readonly sessionId: number;
  /** Whether this participant created the operation. */
  readonly isInitiator: boolean;
  /** When the operation was created, by the clock of the sidecar that did. */
  readonly startTime: Date;
  /** Resolves when the operation is failing. Never rejects. */
  readonly onFailure: Promise<OperationFailedEvent>;

  private readonly abortFlag = new AbortFlag();
  private readonly heart: Heartbeat;
  private readonly calls = new Map<string, Pick<Call<unknown>, 'handleCancelRequested' | 'handleFinished'>>();
  private readonly callContext: CallContext;
  private failing = false;
  private resolveFailure!: (event: OperationFailedEvent) => void;

  /** @internal */
  constructor(
    private readonly context: OperationContext,
    started: OperationStart,
    private readonly callback: OperationCallback,
  ) {
    this.operationId = started.operationId;
    this.participantId = started.participantId;
    this.sessionId = started.sessionId;
    this.isInitiator = started.isInitiator;
    this.startTime = new Date(started.startTime);
    this.callContext = { ...context, operationId: this.operationId };
    this.onFailure = new Promise((resolve) => {
      this.resolveFailure = resolve;
    });
    this.heart = new Heartbeat(context.heartbeat, () => this.beat());
  }

  // Time

  /** The start as RFC 3339 in UTC, with milliseconds. */
  get startTimeIso(): string {
    return this.startTime.toISOString();
  }

  /** The start in milliseconds since 1970. */
  get startTimeMs(): number {
    return this.startTime.getTime();
  }

  /** Milliseconds since the start, by this machine's clock. */
  get elapsedMs(): number {
    return Math.max(0, Date.now() - this.startTimeMs);
  }

  /** The same as `012.345`. */
  get elapsedFormatted(): string {
    return formatElapsed(this.elapsedMs);
  }

  // Calls

  /** Starts a call of this participant, which it ends by `end` or `fail`. */
  async startCall<T = unknown>(options: StartCallOptions<T> = {}): Promise<Call<T>> {
    const { callback, ...params } = options;
    const { operationId, sessionId } = this;
    const started = await this.context.protocol.callStart({ operationId, sessionId, ...params });
    const call = new Call<T>(this.callContext, started, callback);
    this.calls.set(call.callId, call);
    return call;
  }

  /** Waits for the end of a call, whoever's it is. How it ended is in the outcome's status. */
  async awaitCall<T = unknown>(callId: string, options: WaitOptions = {}): Promise<Outcome<T>> {
    const { operationId } = this;
    const { timeoutMs, signal } = options;
    const outcome = await this.context.protocol.callAwait({ operationId, callId, timeoutMs }, { signal });
    return outcome as Outcome<T>;
  }

  // Log and resources

  /** Writes a line into the operation's log. */
  async log(message: string, options: { readonly level?: LogLevel } = {}): Promise<void> {
    const { operationId } = this;
    await this.context.protocol.operationLog({ operationId, message, level: options.level });
  }

  /**
   * Registers a file or directory, before it exists, to be removed when its
   * owner (this session, or the call) is done or gone.
   */
  registerTempResource(resource: {
    readonly path: string;
    readonly call?: { readonly callId: string };
  }): Promise<ResourceRegisterResult> {
    const { operationId, sessionId } = this;
    const { path, call } = resource;
    return this.context.protocol.resourceRegister({ operationId, sessionId, path, callId: call?.callId });
  }

  /** Takes a resource out of the ledger's care: what it names is ours to keep or remove. */
  unregisterTempResource(resource: {
    readonly path?: string;
    readonly resourceId?: string;
  }): Promise<ResourceUnregisterResult> {
    const { operationId } = this;
    return this.context.protocol.resourceUnregister({ operationId, ...resource });
  }

  // Abort

  /** Whether the abort flag is set, as far as this process has been told. */
  get isAborted(): boolean {
    return this.abortFlag.isSet;
  }

  /**
   * Resolves when the abort flag is set; at once if it is. After the flag was
   * cleared, the getter returns the promise of the next time. Never rejects.
   */
  get onAbort(): Promise<OperationAbortedEvent> {
    return this.abortFlag.raised;
  }

  /** Sets or clears the abort flag. Every participant is told. */
  async setAbortFlag(value = true, reason?: string): Promise<void> {
    const { operationId } = this;
    await this.context.protocol.operationAbort({ operationId, value, reason });
  }

  /**
   * Asks the ledger for the abort flag.
   *
   * @throws {@link OperationAbortedError} if it is set.
   */
  async checkAbort(): Promise<void> {
    const { aborted, abort } = await this.state();
    if (!aborted) return;
    const why = abort?.reason ? `: ${abort.reason}` : '';
    throw new OperationAbortedError(
      'operationAborted',
      `operation ${this.operationId} was aborted${abort ? ` by ${abort.by}` : ''}${why}`,
      0,
      { code: 'operationAborted', operationId: this.operationId },
    );
  }

  /** Tells that this participant is done with the abort; happens by itself after the callbacks. */
  async acknowledgeAbort(): Promise<void> {
    await this.context.protocol.operationAckAbort({ operationId: this.operationId });
  }

  // What is known

  /** A short view of the operation. */
  state(): Promise<OperationStateResult> {
    return this.context.protocol.operationState({ operationId: this.operationId });
  }

  /** The whole document, now or as it was. */
  document(at: { readonly atSeq?: number; readonly atElapsedMs?: number } = {}): Promise<Document> {
    return this.context.protocol.operationGet({ operationId: this.operationId, ...at });
  }

  /** A page of the operation's events; `next` of the result is the `afterSeq` of the next page. */
  trail(page: { readonly afterSeq?: number; readonly limit?: number } = {}): Promise<OperationTrailResult> {
    return this.context.protocol.operationTrail({ operationId: this.operationId, ...page });
  }

  /** Waits until one of the conditions holds. */
  wait(until: readonly WaitCondition[], options: WaitOptions = {}): Promise<OperationWaitResult> {
    const { operationId } = this;
    const { timeoutMs, signal } = options;
    return this.context.protocol.operationWait({ operationId, until, timeoutMs }, { signal });
  }

  /** A sign of life by hand, with how far we have come. The operation beats by itself. */
  heartbeat(options: { readonly progress?: Progress } = {}): Promise<OperationHeartbeatResult> {
    const { operationId } = this;
    return this.context.protocol.operationHeartbeat({ operationId, progress: options.progress });
  }

  // The end

  /** Leaves the operation. Open calls stand in the way, unless they are to be cancelled. */
  async leave(options: { readonly cancelPendingCalls?: boolean } = {}): Promise<void> {
    const { operationId, sessionId } = this;
    await this.context.protocol.operationLeave({ operationId, sessionId, ...options });
    this.close();
  }

  /**
   * Ends the operation and archives its record; the initiator only. Open calls
   * of others stand in the way, unless `force` cancels them.
   */
  async complete(options: { readonly force?: boolean } = {}): Promise<OperationCompleteResult> {
    const { operationId } = this;
    const result = await this.context.protocol.operationComplete({ operationId, ...options });
    this.close();
    return result;
  }

  // What the ledger calls

  /** @internal Stops the heartbeat; the ledger forgets this object. */
  close(): void {
    this.heart.stop();
    this.context.onClosed(this);
  }

  /** @internal What each event means to an operation. */
  readonly handlers: EventHandlers = {
    'operation/aborted': (event) => this.aborted(event),
    'operation/failed': (event) => this.failed(event),
    'operation/completed': (event) => this.completed(event),
    'operation/participantJoined': (event) => this.joined(event),
    'operation/participantLeft': (event) => this.left(event),
    'call/cancelRequested': (event) => this.calls.get(event.callId)?.handleCancelRequested(event),
    'call/finished': (event) => {
      const call = this.calls.get(event.callId);
      this.calls.delete(event.callId);
      return call?.handleFinished(event);
    },
  };

  /** @internal Catches up with what happened while nobody could tell us. */
  async refresh(): Promise<void> {
    const { operationId } = this;
    try {
      const now = await this.context.background.operationGet({ operationId });
      if (now.aborted !== this.isAborted) {
        const { by = '', reason } = now.abort ?? {};
        await this.aborted({ operationId, value: now.aborted, by, reason });
      }
      if (now.failure !== undefined) {
        const failedAt = now.detectionTimestamp ?? now.lastHeartbeat;
        await this.failed({ operationId, failedAt, ...now.failure });
      }
      if (now.endTime !== undefined) this.close();
    } catch (error) {
      await this.heartbeatFailed(error);
    }
  }

  private async aborted(event: OperationAbortedEvent): Promise<void> {
    if (!this.abortFlag.update(event)) return;
    await this.context.callbacks.run(() => this.callback.onAbort?.(this, event));
    try {
      await this.context.background.operationAckAbort({ operationId: this.operationId });
    } catch {
      // The operation has ended or the sidecar is gone: nobody waits for it.
    }
  }

  private async failed(event: OperationFailedEvent): Promise<void> {
    if (this.failing) return;
    this.failing = true;
    this.resolveFailure(event);
    await this.context.callbacks.run(() => this.callback.onFailure?.(this, event));
  }

  private async completed(event: OperationCompletedEvent): Promise<void> {
    this.close();
    await this.context.callbacks.run(() => this.callback.onCompleted?.(this, event));
  }

  private async joined(event: ParticipantEvent): Promise<void> {
    await this.context.callbacks.run(() => this.callback.onParticipantJoined?.(this, event));
  }

  private async left(event: ParticipantEvent): Promise<void> {
    await this.context.callbacks.run(() => this.callback.onParticipantLeft?.(this, event));
  }

  private async beat(): Promise<void> {
    try {
      const result = await this.context.background.operationHeartbeat({ operationId: this.operationId });
      if (!result.ledgerExists) this.close();
      else if (result.abortFlag !== this.isAborted) await this.refresh();
      await this.context.callbacks.run(() => this.callback.onHeartbeatSuccess?.(this, result));
    } catch (error) {
      await this.heartbeatFailed(error);
    }
  }

  private async heartbeatFailed(error: unknown): Promise<void> {
    if (error instanceof LedgerError && final.has(error.code)) this.close();
    await this.context.callbacks.run(() => this.callback.onHeartbeatError?.(this, error));
  }
}
