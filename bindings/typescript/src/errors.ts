import { type ErrorData, errorCodeName } from './protocol.gen.js';

/**
 * The base of every error this package throws.
 *
 * A program acts on `code`, the symbolic name (`operationNotFound`); the
 * message is one English sentence for people.
 */
export class LedgerError extends Error {
  override readonly name: string = 'LedgerError';

  constructor(
    /** The symbolic name of the error, `data.code` on the wire. */
    readonly code: string,
    message: string,
    /** The code on the wire; 0 for an error that never was there. */
    readonly numericCode: number = 0,
    /** The ids and values concerned. */
    readonly data: Readonly<Partial<ErrorData>> = {},
  ) {
    super(message);
  }
}

/**
 * The sidecar can't be reached. `code` is one of:
 *
 * - `binaryNotFound`: there is no tomledger binary where we looked;
 * - `sidecarNotStarted`: the sidecar or its socket did not come up;
 * - `connectionLost`: the connection broke;
 * - `restartsExhausted`: it broke so often that we stopped reconnecting;
 * - `disposed`: `dispose` was called.
 */
export class ConnectionError extends LedgerError {
  override readonly name = 'ConnectionError';
}

/** No such operation. */
export class OperationNotFoundError extends LedgerError {
  override readonly name = 'OperationNotFoundError';
}

/** The operation has been completed. */
export class OperationEndedError extends LedgerError {
  override readonly name = 'OperationEndedError';
}

/** The operation has failed, or is failing. */
export class OperationFailedError extends LedgerError {
  override readonly name = 'OperationFailedError';
}

/** The operation's abort flag is set. */
export class OperationAbortedError extends LedgerError {
  override readonly name = 'OperationAbortedError';
}

/** The session isn't open, or was declared lost. */
export class SessionError extends LedgerError {
  override readonly name = 'SessionError';
}

/** Open calls, named in `data.callIds`, stand in the way. */
export class PendingCallsError extends LedgerError {
  override readonly name = 'PendingCallsError';
}

/** The call is unknown, has ended, or belongs to another participant. */
export class CallError extends LedgerError {
  override readonly name = 'CallError';
}

/** The call did not end in time. */
export class CallTimeoutError extends LedgerError {
  override readonly name = 'CallTimeoutError';
}

type ErrorClass = new (
  code: string,
  message: string,
  numericCode?: number,
  data?: Readonly<Partial<ErrorData>>,
) => LedgerError;

/** The class of each code that has one of its own. */
const classes: Readonly<Record<string, ErrorClass>> = {
  operationNotFound: OperationNotFoundError,
  operationEnded: OperationEndedError,
  operationFailed: OperationFailedError,
  operationAborted: OperationAbortedError,
  sessionNotActive: SessionError,
  sessionLost: SessionError,
  pendingCalls: PendingCallsError,
  callNotFound: CallError,
  callAlreadyCompleted: CallError,
  notCallOwner: CallError,
  callTimeout: CallTimeoutError,
};

/** Decodes an error answer. One without `data.code` is named by its number, or `unknown`. */
export function decodeError(numericCode: number, message: string, data: unknown): LedgerError {
  const details: Readonly<Partial<ErrorData>> =
    typeof data === 'object' && data !== null ? data : {};
  const code =
    typeof details.code === 'string' ? details.code : (errorCodeName(numericCode) ?? 'unknown');
  const type = Object.hasOwn(classes, code) ? classes[code] : undefined;
  return new (type ?? LedgerError)(code, message, numericCode, details);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
