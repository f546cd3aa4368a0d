import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { binaryPath, temporaryDirectory } from './support.js';

const run = promisify(execFile);
const packageRoot = path.resolve(__dirname, '../..');

/** Runs a program of its own in a process of its own; ends with that, or not at all. */
async function runProgram(ledgerPath: string, body: string, esm = false): Promise<string> {
  const load = esm
    ? "import { Ledger } from '@tomledger/client';"
    : "const { Ledger } = require('@tomledger/client');";
  const type = esm ? 'module' : 'commonjs';
  const program = `${load} async function main() { ${body} } main();`;
  const { stdout } = await run(
    process.execPath,
    [`--input-type=${type}`, '--unhandled-rejections=strict', '-e', program],
    {
      cwd: packageRoot,
      env: { ...process.env, TOMLEDGER_BINARY: binaryPath, LEDGER: ledgerPath },
      timeout: 20_000,
    },
  );
  return stdout.trim();
}

const connected =
  "const ledger = await Ledger.connect({ participantId: 'cli', ledgerPath: process.env.LEDGER });";

for (const esm of [false, true]) {
  test(`an idle ledger lets its process end (${esm ? 'ESM' : 'CommonJS'})`, async (t) => {
    const output = await runProgram(
      temporaryDirectory(t),
      `${connected}
       await ledger.createOperation();
       console.log('idle');`,
      esm,
    );
    assert.equal(output, 'idle');
  });
}

test('a request under way keeps its process alive', async (t) => {
  const output = await runProgram(
    temporaryDirectory(t),
    `${connected}
     const operation = await ledger.createOperation();
     const call = await operation.startCall();
     setTimeout(() => call.end('late'), 300).unref();
     operation.wait(['ended'], { timeoutMs: 600 }).then((r) => console.log(r.reached));`,
  );
  assert.equal(output, 'timeout');
});

test('a disposed ledger lets its process end, with requests under way', async (t) => {
  const output = await runProgram(
    temporaryDirectory(t),
    `${connected}
     const operation = await ledger.createOperation();
     operation.wait(['ended']).catch((error) => console.log(error.code));
     await ledger.dispose();`,
  );
  assert.equal(output, 'disposed');
});

test('both entries give the same classes', async (t) => {
  const output = await runProgram(
    temporaryDirectory(t),
    `const { createRequire } = await import('node:module');
     const required = createRequire(process.cwd() + '/x.js')('@tomledger/client');
     console.log(required.Ledger === Ledger, typeof required.ProtocolClient);`,
    true,
  );
  assert.equal(output, 'true function');
});
