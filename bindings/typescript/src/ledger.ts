import { CallbackRunner, type LedgerCallback, type OperationCallback } from './callbacks.js';
import { dialer, type DialOptions } from './dial.js';
import { type EventHandlers, handleEvent } from './events.js';
import { defaultHeartbeat, type HeartbeatTiming } from './heartbeat.js';
import { Link } from './link.js';
import { Operation, type OperationStart } from './operation.js';
import {
  type ClientInfo,
  type InitializeParams,
  type InitializeResult,
  type LedgerOperationsParams,
  type LedgerOperationsResult,
  type LedgerStatusResult,
  PROTOCOL_VERSION,
  ProtocolClient,
} from './protocol.gen.js';

/** How to connect. */
export interface ConnectOptions extends DialOptions {
  /**
   * Who this process is in the ledger: a letter or digit, then up to 63 letters,
   * digits, `_`, `.` and `-`.
   */
  readonly participantId: string;
  /** After how long a silence we are suspect; 0: judged by the connection alone. */
  readonly staleAfterMs?: number;
  /** How often operations beat; 4.5 s and up to 0.5 s of jitter, if left out. */
  readonly heartbeatIntervalMs?: number;
  /** How long we may be away before our sessions end. */
  readonly reconnectGraceMs?: number;
  /** Who this program is, for people who read the record. */
  readonly clientInfo?: ClientInfo;
  /** Names of events beyond the defaults; `*` at the end stands for all that begin like it. */
  readonly subscribe?: readonly string[];
  readonly callback?: LedgerCallback;
}

/** How to create an operation. */
export interface CreateOperationOptions {
  /** For people who read the record. */
  readonly description?: string;
  /** For programs that look for operations. */
  readonly labels?: Readonly<Record<string, string>>;
  /** How long the operation may take. */
  readonly deadlineMs?: number;
  readonly callback?: OperationCallback;
}

/** Which operation to join. */
export interface JoinOperationOptions {
  readonly operationId: string;
  readonly callback?: OperationCallback;
}

/** A participant's connection to a ledger. */
export class Ledger {
  /** Who we are in the ledger. */
  readonly participantId: string;
  /** Every method of the contract as it is on the wire. */
  readonly protocol: ProtocolClient;

  private readonly background: ProtocolClient;
  private readonly callbacks: CallbackRunner;
  private readonly callback: LedgerCallback;
  private readonly heartbeat: HeartbeatTiming;
  private readonly operationsById = new Map<string, Set<Operation>>();
  private link!: Link;

  private constructor(options: ConnectOptions) {
    this.participantId = options.participantId;
    this.callback = options.callback ?? {};
    this.callbacks = new CallbackRunner(this.callback);
    this.heartbeat = {
      ...defaultHeartbeat,
      ...(options.heartbeatIntervalMs !== undefined && { intervalMs: options.heartbeatIntervalMs }),
    };
    this.protocol = new ProtocolClient({
      call: (method, params, callOptions) => this.link.call(method, params, callOptions),
    });
    this.background = new ProtocolClient({
      call: (method, params) => this.link.call(method, params, { keepAlive: false }),
    });
  }

  /**
   * Connects to a ledger: starts a sidecar of our own or, with `socketPath` or
   * `autoStart`, shares one.
   *
   * @throws {@link ConnectionError} `binaryNotFound` or `sidecarNotStarted`, and
   * {@link LedgerError} if the sidecar refuses us (`versionMismatch`,
   * `invalidParams`).
   */
  static async connect(options: ConnectOptions): Promise<Ledger> {
    const ledger = new Ledger(options);
    ledger.link = await Link.open({
      dial: dialer(options),
      introduction: introduction(options),
      onNotification: (method, params) => ledger.dispatch(method, params),
      onBroken: (reason) => void ledger.callbacks.run(() => ledger.callback.onConnectionLost?.(reason)),
      onResumed: () => ledger.resumed(),
      onGivenUp: (error) => void ledger.callbacks.run(() => ledger.callback.onConnectionGivenUp?.(error)),
    });
    return ledger;
  }

  /** What the sidecar said when we connected: its version, its limits, where the ledger lies. */
  get sidecar(): InitializeResult {
    return this.link.initialized;
  }

  /** Creates an operation and joins it as its initiator. */
  async createOperation(options: CreateOperationOptions = {}): Promise<Operation> {
    const { callback, ...params } = options;
    return this.add(await this.protocol.operationCreate(params), callback);
  }

  /** Joins an operation in a session of its own. */
  async joinOperation(which: string | JoinOperationOptions): Promise<Operation> {
    const { operationId, callback } = typeof which === 'string' ? { operationId: which } : which;
    const joined = await this.protocol.operationJoin({ operationId });
    const operation = this.add(joined, callback);
    if (joined.aborted) void operation.refresh();
    return operation;
  }

  /** A page of the operations of the ledger, oldest first. */
  operations(page: LedgerOperationsParams = {}): Promise<LedgerOperationsResult> {
    return this.protocol.ledgerOperations(page);
  }

  /** What serves here, and how it is. */
  status(): Promise<LedgerStatusResult> {
    return this.protocol.ledgerStatus({});
  }

  /**
   * Says goodbye: leaves all operations, cancels their pending calls, and closes
   * the connection. Requests under way are rejected with `disposed`. May be
   * called again.
   */
  async dispose(): Promise<void> {
    for (const operation of this.all()) operation.close();
    await this.link.dispose();
  }

  private add(started: OperationStart, callback: OperationCallback = {}): Operation {
    const { protocol, background, callbacks, heartbeat } = this;
    const onClosed = (closed: Operation): void => this.remove(closed);
    const operation = new Operation(
      { protocol, background, callbacks, heartbeat, onClosed },
      started,
      callback,
    );
    const { operationId } = operation;
    this.operationsById.set(operationId, (this.operationsById.get(operationId) ?? new Set()).add(operation));
    return operation;
  }

  private remove(operation: Operation): void {
    const siblings = this.operationsById.get(operation.operationId);
    siblings?.delete(operation);
    if (siblings?.size === 0) this.operationsById.delete(operation.operationId);
  }

  private all(): Operation[] {
    return [...this.operationsById.values()].flatMap((siblings) => [...siblings]);
  }

  private resumed(): void {
    for (const operation of this.all()) void operation.refresh();
    void this.callbacks.run(() => this.callback.onReconnected?.());
  }

  /** Takes a notification to whom it concerns. */
  private dispatch(method: string, params: unknown): void {
    handleEvent(this.handlers, method, params);
    const { operationId } = params as { readonly operationId?: string };
    for (const operation of [...(this.operationsById.get(operationId ?? '') ?? [])]) {
      handleEvent(operation.handlers, method, params);
    }
  }

  private readonly handlers: EventHandlers = {
    'ledger/logLine': (event) => this.callbacks.run(() => this.callback.onLogLine?.(event)),
    'ledger/backupCreated': (event) =>
      this.callbacks.run(() => this.callback.onBackupCreated?.(event)),
    'ledger/eventsDropped': (event) =>
      this.callbacks.run(() => this.callback.onEventsDropped?.(event)),
  };
}

function introduction(options: ConnectOptions): InitializeParams {
  const { participantId, staleAfterMs, reconnectGraceMs, clientInfo, callback } = options;
  const intervalMs = options.heartbeatIntervalMs ?? defaultHeartbeat.intervalMs;
  return {
    participantId,
    pid: process.pid,
    clientInfo,
    protocolVersion: PROTOCOL_VERSION,
    heartbeatIntervalMs: intervalMs,
    staleAfterMs,
    reconnectGraceMs,
    subscribe: [
      ...(options.subscribe ?? []),
      ...(callback?.onLogLine ? ['ledger/logLine'] : []),
      ...(callback?.onBackupCreated ? ['ledger/backupCreated'] : []),
    ],
  };
}
