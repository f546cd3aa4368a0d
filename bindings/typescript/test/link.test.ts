import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import {
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node';
import type { Channel } from '../src/channel.js';
import { Link } from '../src/link.js';
import { ErrorCode, type InitializeParams, type LedgerError } from '../src/index.js';
import { Signal } from './support.js';

/** What a sidecar that this test plays does with its client. */
type Play = (rpc: MessageConnection, die: () => void) => void;

/** A link whose first connection is to the first of these sidecars, and so on. */
async function linkTo(plays: readonly Play[]): Promise<{ link: Link; givenUp: Signal<LedgerError> }> {
  const remaining = [...plays];
  const givenUp = new Signal<LedgerError>();
  const link = await Link.open({
    dial: () => Promise.resolve(channelTo(remaining.shift() ?? assert.fail('no sidecar left'))),
    introduction: { participantId: 'cli' },
    onNotification: () => undefined,
    onBroken: () => undefined,
    onResumed: () => undefined,
    onGivenUp: givenUp.resolve,
  });
  return { link, givenUp };
}

function channelTo(play: Play): Channel {
  const [toSidecar, toClient] = [new PassThrough(), new PassThrough()];
  const rpc = createMessageConnection(
    new StreamMessageReader(toSidecar),
    new StreamMessageWriter(toClient),
  );
  play(rpc, () => toClient.destroy());
  rpc.listen();
  return {
    input: toClient,
    output: toSidecar,
    hold: () => undefined,
    close: () => Promise.resolve('it died'),
  };
}

const answers: Play = (rpc) => {
  rpc.onRequest((_, params) => ({ resumeToken: 'token', limits: {}, echo: params }));
};

const diesWithoutAnAnswer =
  (seen: (params: unknown) => void): Play =>
  (rpc, die) => {
    rpc.onRequest('initialize', () => ({ resumeToken: 'token', limits: {} }));
    rpc.onRequest((_, params) => {
      seen(params);
      die();
      return new Promise(() => undefined);
    });
  };

test('a change is sent again with the key it had, a query as it was', async () => {
  const seen: unknown[] = [];
  const dies = diesWithoutAnAnswer((params) => seen.push(params));
  const { link } = await linkTo([dies, answers]);
  const logged = await link.call('operation/log', { operationId: 'op', message: 'once' });
  const [first] = seen as { requestKey: string }[];
  assert.match(first?.requestKey ?? '', /^[0-9a-f-]{36}$/);
  assert.deepEqual((logged as unknown as { echo: object }).echo, first);
  await link.dispose();

  const { link: reader } = await linkTo([dies, answers]);
  const state = await reader.call('operation/state', { operationId: 'op' });
  assert.deepEqual((state as unknown as { echo: object }).echo, { operationId: 'op' });
  await reader.dispose();
});

test('a key of the caller\'s own is kept', async () => {
  const { link } = await linkTo([answers]);
  const params = { operationId: 'op', message: 'once', requestKey: 'mine' };
  const logged = await link.call('operation/log', params);
  assert.deepEqual((logged as unknown as { echo: object }).echo, params);
  await link.dispose();
});

test('a new connection takes over the sessions of the old one', async () => {
  const introduced = new Signal<InitializeParams>();
  const resumes: Play = (rpc) => {
    rpc.onRequest('initialize', (params: InitializeParams) => {
      introduced.resolve(params);
      return { limits: {} };
    });
  };
  const { link } = await linkTo([diesWithoutAnAnswer(() => undefined), resumes]);
  void link.call('ping', {}).catch(() => undefined);
  assert.deepEqual(await introduced.told, { participantId: 'cli', resumeToken: 'token' });
  await link.dispose();
});

test('a refusal is final: asking again would not change it', async () => {
  const refuses: Play = (rpc) => {
    const data = { code: 'versionMismatch', serverVersion: '2.0' };
    rpc.onRequest('initialize', () => new ResponseError(ErrorCode.versionMismatch, 'no', data));
  };
  const { link, givenUp } = await linkTo([diesWithoutAnAnswer(() => undefined), refuses]);
  await assert.rejects(link.call('ping', {}), { code: 'versionMismatch' });
  assert.equal((await givenUp.told).data.serverVersion, '2.0');
  await assert.rejects(link.call('ping', {}), { code: 'versionMismatch' });
  await assert.rejects(linkTo([refuses]), { code: 'versionMismatch' });
});
