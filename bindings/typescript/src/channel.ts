import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as net from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { ConnectionError, messageOf } from './errors.js';

/** A byte stream to a sidecar, whichever way it was opened. */
export interface Channel {
  readonly input: Readable;
  readonly output: Writable;
  /** Keeps the host process alive (true), or leaves it free to end (false). */
  hold(held: boolean): void;
  /** Closes it, waits until the other side is gone, and says how it ended. Never rejects. */
  close(): Promise<string>;
}

/** What to run as a sidecar. */
export interface SidecarCommand {
  readonly binary: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** How long a sidecar may take to end after its stdin was closed. */
const exitGraceMs = 2_000;

/** How much of a sidecar's stderr is kept for error messages, in characters. */
const stderrTail = 2_000;

/**
 * Starts a sidecar as a child process and talks to its stdin and stdout.
 *
 * The child gets a process group of its own: a Ctrl-C at the terminal is for
 * the host program, which may want to tell the ledger about it. The sidecar
 * learns of the host's end from its stdin.
 *
 * @throws {@link ConnectionError} `sidecarNotStarted`.
 */
export async function spawnChannel(command: SidecarCommand): Promise<Channel> {
  const child = spawn(command.binary, command.arguments, {
    env: command.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new ConnectionError(
      'sidecarNotStarted',
      `can't start the sidecar ${command.binary}: ${messageOf(error)}`,
    );
  }
  return new ChildChannel(child, child.stdin, child.stdout, child.stderr);
}

class ChildChannel implements Channel {
  private stderr = '';
  private readonly exited: Promise<void>;

  constructor(
    private readonly child: ChildProcess,
    readonly output: Writable,
    readonly input: Readable,
    stderr: Readable,
  ) {
    ignoreLateErrors(output, input, stderr);
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()));
    child.on('error', () => {
      // Killing or signalling it failed: its exit tells what is worth knowing.
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-stderrTail);
    });
    child.unref();
    unrefStream(output);
    unrefStream(stderr);
    this.hold(false);
  }

  hold(held: boolean): void {
    if (held) refStream(this.input);
    else unrefStream(this.input);
  }

  async close(): Promise<string> {
    this.output.end();
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const timer = setTimeout(() => this.child.kill('SIGKILL'), exitGraceMs);
      this.child.ref();
      await this.exited;
      clearTimeout(timer);
    }
    this.input.destroy();
    return this.describeEnd();
  }

  private describeEnd(): string {
    const { exitCode, signalCode } = this.child;
    const how =
      signalCode !== null
        ? `was ended by ${signalCode}`
        : exitCode !== null
          ? `exited with code ${exitCode}`
          : 'is gone';
    const said = this.stderr.trim();
    return `the sidecar ${how}${said === '' ? '' : `: ${said}`}`;
  }
}

/**
 * Connects to the Unix socket (or named pipe) of a running sidecar.
 *
 * @throws {@link ConnectionError} `sidecarNotStarted`.
 */
export async function socketChannel(socketPath: string): Promise<Channel> {
  const socket = net.connect(socketPath);
  try {
    await once(socket, 'connect');
  } catch (error) {
    throw new ConnectionError(
      'sidecarNotStarted',
      `can't connect to ${socketPath}: ${messageOf(error)}. ` +
        'Start `tomledger serve` or pass autoStart: true.',
    );
  }
  ignoreLateErrors(socket);
  socket.unref();
  return {
    input: socket,
    output: socket,
    hold: (held) => void (held ? socket.ref() : socket.unref()),
    close: async () => {
      socket.destroy();
      return `the connection to ${socketPath} was closed`;
    },
  };
}

/**
 * An error of a stream nobody reads any more ends the host process. Errors that
 * matter reach the connection, which listens for itself as long as it lives.
 */
function ignoreLateErrors(...streams: readonly (Readable | Writable)[]): void {
  for (const stream of streams) {
    stream.on('error', () => {
      // The connection has seen it, or is gone.
    });
  }
}

// A child's pipes are sockets, although their type does not say so.
function refStream(stream: Readable | Writable): void {
  if (stream instanceof net.Socket) stream.ref();
}

function unrefStream(stream: Readable | Writable): void {
  if (stream instanceof net.Socket) stream.unref();
}
