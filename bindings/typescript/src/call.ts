import type { CallbackRunner, CallCallback } from './callbacks.js';
import { messageOf } from './errors.js';
import type {
  CallCancelRequestedEvent,
  CallEndResult,
  CallFailResult,
  CallFinishedEvent,
  CallStartResult,
  ProtocolClient,
} from './protocol.gen.js';

/** What a call needs from the operation it is part of. */
export interface CallContext {
  readonly protocol: ProtocolClient;
  readonly operationId: string;
  readonly callbacks: CallbackRunner;
}

/** How to end a call with an error. */
export interface FailOptions<T> {
  /** Where it happened; the error's own stack, if left out. */
  readonly stackTrace?: string;
  /** Ends the call as succeeded with this result, and the operation lives on. */
  readonly fallback?: T;
}

/** A call in progress, which its owner ends once, by `end` or `fail`. */
export class Call<T> {
  /** Names the call within its operation. */
  readonly callId: string;
  /** When it was started, by the clock of the sidecar. */
  readonly startedAt: Date;
  private ended = false;

  /** @internal */
  constructor(
    private readonly context: CallContext,
    started: CallStartResult,
    private readonly callback: CallCallback<T> = {},
  ) {
    this.callId = started.callId;
    this.startedAt = new Date(started.startedAt);
  }

  /** Whether the call has ended. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** Ends the call with its result, which must be something JSON can say. */
  async end(result?: T): Promise<CallEndResult> {
    const { protocol, operationId } = this.context;
    const answer = await protocol.callEnd({ operationId, callId: this.callId, result });
    this.ended = true;
    return answer;
  }

  /**
   * Ends the call with an error, of any kind. Without a fallback this fails the
   * operation, unless the call was started with `failOnCrash: false`.
   */
  async fail(error: unknown, options: FailOptions<T> = {}): Promise<CallFailResult> {
    const { protocol, operationId } = this.context;
    const stackTrace = options.stackTrace ?? (error instanceof Error ? error.stack : undefined);
    const answer = await protocol.callFail({
      operationId,
      callId: this.callId,
      error: messageOf(error) || 'unknown error',
      stackTrace,
      fallback: options.fallback,
    });
    this.ended = true;
    return answer;
  }

  /** @internal */
  async handleCancelRequested(event: CallCancelRequestedEvent): Promise<void> {
    await this.context.callbacks.run(() => this.callback.onCancelRequested?.(this, event));
  }

  /** @internal */
  async handleFinished(event: CallFinishedEvent): Promise<void> {
    this.ended = true;
    await this.context.callbacks.run(() => this.callback.onFinished?.(this, event));
  }
}
