import {
  CancellationTokenSource,
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ParameterStructures,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import { abortable } from './abortable.js';
import type { Channel } from './channel.js';
import { decodeError, messageOf } from './errors.js';
import { ErrorCode, type MethodName, type SidecarMethods } from './protocol.gen.js';

/** A connection that broke while a request was under way. Never leaves this package. */
export class BrokenConnection extends Error {}

/** How a single request is sent. */
export interface RequestOptions {
  /** Gives the request up; the sidecar is told. */
  readonly signal?: AbortSignal | undefined;
  /** False for a request that must not keep the host process alive. */
  readonly keepAlive?: boolean | undefined;
}

/** How the error of our encoder begins; vscode-jsonrpc keeps nothing of it but the message. */
const tooLarge = 'the request has';

/** What a connection tells its owner. */
export interface ConnectionListener {
  /** The sidecar sent a notification. */
  onNotification(method: string, params: unknown): void;
  /**
   * The connection broke. The reason comes when the other side is gone for
   * good. Not called after `close`.
   */
  onBroken(reason: Promise<string>): void;
}

/**
 * One JSON-RPC connection over one channel, from its opening to its end; the
 * only place that knows vscode-jsonrpc.
 */
export class Connection {
  private readonly rpc: MessageConnection;
  private underWay = 0;
  private open = true;

  /**
   * How large a request may be, once the sidecar has said so. A sidecar does
   * not read what is larger, and so can't say which request it was.
   */
  maxFrameBytes = Infinity;

  constructor(
    private readonly channel: Channel,
    private readonly listener: ConnectionListener,
  ) {
    const reader = new StreamMessageReader(channel.input);
    const encode = async (message: object) => this.encode(message);
    const contentTypeEncoder = { name: 'application/json', encode };
    const writer = new StreamMessageWriter(channel.output, { contentTypeEncoder });
    this.rpc = createMessageConnection(reader, writer);
    this.rpc.onNotification((method, params) => listener.onNotification(method, params));
    // An error of the writer needs no listener: its stream closes after it.
    reader.onError(() => this.break());
    this.rpc.onClose(() => this.break());
    this.rpc.listen();
  }

  /**
   * Sends a request. Rejects with {@link BrokenConnection} when the connection
   * ends before the answer, with a `LedgerError` when the answer is an error,
   * and with the signal's reason when that is aborted.
   */
  async request<M extends MethodName>(
    method: M,
    params: SidecarMethods[M]['params'],
    options: RequestOptions = {},
  ): Promise<SidecarMethods[M]['result']> {
    options.signal?.throwIfAborted();
    if (!this.open) throw new BrokenConnection('closed');
    const release = options.keepAlive === false ? undefined : this.keepAlive();
    const cancellation = new CancellationTokenSource();
    try {
      const answer = this.rpc.sendRequest<SidecarMethods[M]['result']>(
        method,
        ParameterStructures.byName,
        params,
        cancellation.token,
      );
      return await abortable(answer, options.signal, () => cancellation.cancel());
    } catch (error) {
      throw options.signal?.aborted ? error : this.translate(error);
    } finally {
      release?.();
    }
  }

  /** Ends the connection, and says how it ended. Requests under way are rejected. */
  close(): Promise<string> {
    this.end();
    return this.channel.close();
  }

  private break(): void {
    if (!this.open) return;
    this.end();
    this.listener.onBroken(this.channel.close());
  }

  /** vscode-jsonrpc leaves requests unanswered when a stream closes; dispose rejects them. */
  private end(): void {
    if (!this.open) return;
    this.open = false;
    this.rpc.dispose();
  }

  private encode(message: object): Uint8Array {
    const body = Buffer.from(JSON.stringify(message));
    if (body.length > this.maxFrameBytes) throw new Error(`${tooLarge} ${body.length} bytes`);
    return body;
  }

  private keepAlive(): () => void {
    if (this.underWay++ === 0) this.channel.hold(true);
    return () => {
      if (--this.underWay === 0) this.channel.hold(false);
    };
  }

  private translate(error: unknown): unknown {
    if (!this.open) return new BrokenConnection(messageOf(error));
    if (!(error instanceof ResponseError)) return error;
    if (error.code === ErrorCodes.MessageWriteError) return this.translateWriteError(error.message);
    return decodeError(error.code, error.message, error.data);
  }

  private translateWriteError(message: string): unknown {
    if (message.startsWith(tooLarge)) {
      const advice = `${message} and may have ${this.maxFrameBytes}; send less at once`;
      return decodeError(ErrorCode.limitExceeded, advice, { code: 'limitExceeded', limit: this.maxFrameBytes });
    }
    if (this.channel.output.writable) return new TypeError(`can't be sent as JSON: ${message}`);
    this.break();
    return new BrokenConnection(message);
  }
}
