import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { Connection } from '../src/connection.js';
import { ErrorCode, eventNames, LedgerError, type MethodName, type SidecarMethods } from '../src/index.js';
import { repository } from './support.js';

/** A JSON-RPC message, as far as this test looks into it. */
interface Message {
  readonly jsonrpc: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: object;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** A line of an exchange that holds a message. */
interface Step {
  readonly where: string;
  readonly client: string;
  readonly received: boolean;
  readonly message: Message;
}

/** What the recorded exchanges say, by their titles; bindings/conformance/README.md has the format. */
function exchanges(): Map<string, Step[]> {
  const directory = path.join(repository, 'bindings', 'conformance');
  const found = new Map<string, Step[]>();
  for (const file of fs.readdirSync(directory).filter((name) => name.endsWith('.io'))) {
    let steps: Step[] = [];
    fs.readFileSync(path.join(directory, file), 'utf8')
      .split('\n')
      .forEach((line, index) => {
        const title = /^=== *(.*)$/.exec(line)?.[1];
        if (title !== undefined) found.set(`${file}: ${title}`, (steps = []));
        const [, client, arrow, json] = /^(\S+) (-->|<--) (.*)$/.exec(line) ?? [];
        if (client === undefined || json === undefined) return;
        const message = JSON.parse(json) as Message;
        const where = `${file}:${index + 1}`;
        steps.push({ where, client, received: arrow === '<--', message });
      });
  }
  return found;
}

/** A connection whose other end is this test. */
class Recording {
  readonly notifications: { readonly method: string; readonly params: unknown }[] = [];
  readonly connection: Connection;
  private readonly toClient = new PassThrough();
  private readonly writer = new StreamMessageWriter(this.toClient);
  private nextSent!: (message: Message) => void;

  constructor() {
    const fromClient = new PassThrough();
    new StreamMessageReader(fromClient).listen((message) => this.nextSent(message as Message));
    this.connection = new Connection(
      {
        input: this.toClient,
        output: fromClient,
        hold: () => undefined,
        close: () => Promise.resolve('closed'),
      },
      {
        onNotification: (method, params) => this.notifications.push({ method, params }),
        onBroken: () => assert.fail('the connection broke'),
      },
    );
  }

  /** Sends a request through the binding and answers it as recorded. */
  async answer(request: Message, response: Message): Promise<unknown> {
    const sent = new Promise<Message>((resolve) => (this.nextSent = resolve));
    const method = request.method as MethodName;
    const params = (request.params ?? {}) as SidecarMethods[MethodName]['params'];
    const answer = this.connection.request(method, params);
    const message = await sent;
    assert.equal(message.method, request.method);
    assert.deepEqual(message.params, params);
    await this.writer.write({ ...response, id: message.id } as never);
    return answer;
  }

  /** Sends a notification; it has arrived when a request after it is answered. */
  async notify(message: Message): Promise<void> {
    await this.writer.write(message as never);
    await this.answer({ jsonrpc: '2.0', method: 'ping' }, { jsonrpc: '2.0', result: {} });
  }
}

for (const [title, steps] of exchanges()) {
  test(`conformance: ${title}`, async () => {
    const requests = new Map<string, Message>();
    for (const { where, client, received, message } of steps) {
      const key = `${client} ${JSON.stringify(message.id)}`;
      if (!received) {
        requests.set(key, message);
      } else if (message.method !== undefined) {
        await decodesEvent(where, message);
      } else {
        const request = requests.get(key);
        if (request !== undefined && canBeSent(request)) await decodesAnswer(where, request, message);
      }
    }
  });
}

/** Whether a binding can send a request: it speaks JSON-RPC 2.0 with named parameters. */
function canBeSent({ jsonrpc, method, params = {} }: Message): boolean {
  return jsonrpc === '2.0' && typeof method === 'string' && !Array.isArray(params);
}

async function decodesEvent(where: string, message: Message): Promise<void> {
  const recording = new Recording();
  assert.ok((eventNames as readonly string[]).includes(message.method ?? ''), where);
  await recording.notify(message);
  assert.deepEqual(recording.notifications, [{ method: message.method, params: message.params }]);
}

async function decodesAnswer(where: string, request: Message, message: Message): Promise<void> {
  const answer = new Recording().answer(request, message);
  const { error } = message;
  if (error === undefined) {
    assert.deepEqual(await answer, message.result, where);
    return;
  }
  const { code } = error.data as { readonly code: keyof typeof ErrorCode };
  await assert.rejects(answer, (thrown) => {
    assert.ok(thrown instanceof LedgerError, where);
    assert.equal(thrown.code, code, where);
    assert.equal(thrown.numericCode, ErrorCode[code], where);
    assert.equal(thrown.numericCode, error.code, where);
    assert.deepEqual(thrown.data, error.data, where);
    return true;
  });
}
