import type { Call } from './call.js';
import type { LedgerError } from './errors.js';
import type { Operation } from './operation.js';
import type {
  CallCancelRequestedEvent,
  CallFinishedEvent,
  LedgerBackupCreatedEvent,
  LedgerEventsDroppedEvent,
  LedgerLogLineEvent,
  OperationAbortedEvent,
  OperationCompletedEvent,
  OperationFailedEvent,
  OperationHeartbeatResult,
  ParticipantEvent,
} from './protocol.gen.js';

/** A callback may work asynchronously; whoever calls it waits for it. */
type Awaitable = void | Promise<void>;

/** What a ledger tells, whichever operation it is about. */
export interface LedgerCallback {
  /**
   * A line of an operation's log. Setting this subscribes to the lines of all
   * operations; one that we take no part in is noticed a moment after its creation.
   */
  readonly onLogLine?: (event: LedgerLogLineEvent) => Awaitable;
  /** An operation was archived. Setting this subscribes to that, for all operations. */
  readonly onBackupCreated?: (event: LedgerBackupCreatedEvent) => Awaitable;
  /** This client was too slow for some log lines. */
  readonly onEventsDropped?: (event: LedgerEventsDroppedEvent) => Awaitable;
  /** The connection to the sidecar broke; it is being made anew. */
  readonly onConnectionLost?: (reason: string) => Awaitable;
  /** The connection stands again. */
  readonly onReconnected?: () => Awaitable;
  /** The connection will not come back: every request from now on gets this error. */
  readonly onConnectionGivenUp?: (error: LedgerError) => Awaitable;
  /** A callback threw. Without this, it becomes a process warning. */
  readonly onCallbackError?: (error: unknown) => void;
}

/** What happens to one operation. */
export interface OperationCallback {
  /**
   * The abort flag was set. The abort is acknowledged as soon as all of these
   * have returned or, if they are asynchronous, have settled.
   */
  readonly onAbort?: (operation: Operation, event: OperationAbortedEvent) => Awaitable;
  /** The operation is failing. */
  readonly onFailure?: (operation: Operation, event: OperationFailedEvent) => Awaitable;
  /** The initiator has completed the operation. */
  readonly onCompleted?: (operation: Operation, event: OperationCompletedEvent) => Awaitable;
  /** A participant opened a session. */
  readonly onParticipantJoined?: (operation: Operation, event: ParticipantEvent) => Awaitable;
  /** A participant's session ended. */
  readonly onParticipantLeft?: (operation: Operation, event: ParticipantEvent) => Awaitable;
  /** A heartbeat failed. */
  readonly onHeartbeatError?: (operation: Operation, error: unknown) => Awaitable;
  /** A heartbeat was answered. */
  readonly onHeartbeatSuccess?: (
    operation: Operation,
    result: OperationHeartbeatResult,
  ) => Awaitable;
}

/** What happens to one call of ours. */
export interface CallCallback<T> {
  /** Someone asks us to give the call up. It stays open until we end it. */
  readonly onCancelRequested?: (call: Call<T>, event: CallCancelRequestedEvent) => Awaitable;
  /** The call has ended, by us or by what happened to the operation. */
  readonly onFinished?: (call: Call<T>, event: CallFinishedEvent) => Awaitable;
}

/**
 * Runs users' callbacks so that what one throws, or rejects with, harms nobody
 * else and is still seen.
 */
export class CallbackRunner {
  constructor(private readonly ledgerCallback: LedgerCallback) {}

  /** Runs a callback to its end. Never rejects. */
  async run(callback: () => Awaitable): Promise<void> {
    try {
      await callback();
    } catch (error) {
      this.report(error);
    }
  }

  private report(error: unknown): void {
    if (this.ledgerCallback.onCallbackError === undefined) {
      process.emitWarning(error instanceof Error ? error : String(error));
      return;
    }
    this.ledgerCallback.onCallbackError(error);
  }
}
