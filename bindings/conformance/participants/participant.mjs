// A participant through the TypeScript binding; see README.md.
import { createInterface } from 'node:readline';
import { Ledger } from '../../typescript/dist/src/index.mjs';

const [ledgerPath, operationId, participantId] = process.argv.slice(2);
const ledger = await Ledger.connect({ participantId, ledgerPath });
// Aborts that nobody has asked for yet, and who asks for one that is to come.
const aborts = [];
let told = () => {};
const onAbort = (_, { by, reason }) => {
  aborts.push({ by, reason });
  told();
};
const operation = await ledger.joinOperation({ operationId, callback: { onAbort } });
const calls = new Map();

const actions = {
  async start() {
    const call = await operation.startCall();
    calls.set(call.callId, call);
    return { callId: call.callId };
  },
  async end({ callId, result }) {
    await calls.get(callId).end(result);
    return {};
  },
  async await({ callId }) {
    const { status, result } = await operation.awaitCall(callId);
    return { status, result };
  },
  async abort({ reason }) {
    await operation.setAbortFlag(true, reason);
    return {};
  },
  async awaitAbort() {
    while (aborts.length === 0) await new Promise((resolve) => (told = resolve));
    return aborts.shift();
  },
  async leave() {
    await operation.leave();
    await ledger.dispose();
    return {};
  },
};

console.log('{}');
for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  console.log(JSON.stringify(await actions[order.do](order)));
  if (order.do === 'leave') break;
}
process.stdin.destroy();
