// A build step as an operation: run it with
//
//     npm run example -- [LEDGER_DIRECTORY]
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '@tomledger/client';

async function main(): Promise<void> {
  const ledgerPath = process.argv[2] ?? (await mkdtemp(join(tmpdir(), 'tomledger-example-')));
  const ledger = await Ledger.connect({ participantId: 'example', ledgerPath });
  try {
    const operation = await ledger.createOperation({
      description: 'build the documentation',
      callback: { onAbort: (_, event) => console.log(`aborted by ${event.by}`) },
    });

    // Registered before it exists: whatever happens to us, the ledger knows of it.
    const draft = join(ledgerPath, 'draft.html');
    await operation.registerTempResource({ path: draft });

    const call = await operation.startCall<{ pages: number }>({ description: 'render' });
    await writeFile(draft, '<h1>Draft</h1>');
    await operation.log(`rendered after ${operation.elapsedFormatted} s`);
    await operation.checkAbort();
    await rm(draft);
    await operation.unregisterTempResource({ path: draft });
    await call.end({ pages: 1 });

    const outcome = await operation.awaitCall<{ pages: number }>(call.callId);
    console.log(`${outcome.status}: ${outcome.result?.pages} page`);

    const { backupPath } = await operation.complete();
    console.log(`The record lies in ${backupPath}`);
  } finally {
    await ledger.dispose();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
