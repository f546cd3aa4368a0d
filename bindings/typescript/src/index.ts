/**
 * The client of Tom Ledger: the shared record of work that several processes
 * do together. Start at {@link Ledger.connect}.
 */
export { Call, type FailOptions } from './call.js';
export type { CallCallback, LedgerCallback, OperationCallback } from './callbacks.js';
export type { DialOptions } from './dial.js';
export {
  CallError,
  CallTimeoutError,
  ConnectionError,
  LedgerError,
  OperationAbortedError,
  OperationEndedError,
  OperationFailedError,
  OperationNotFoundError,
  PendingCallsError,
  SessionError,
} from './errors.js';
export {
  type ConnectOptions,
  type CreateOperationOptions,
  type JoinOperationOptions,
  Ledger,
} from './ledger.js';
export { Operation, type Outcome, type StartCallOptions, type WaitOptions } from './operation.js';
export * from './protocol.gen.js';
