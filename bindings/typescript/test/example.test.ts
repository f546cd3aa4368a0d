import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { binaryPath, temporaryDirectory } from './support.js';

const example = path.resolve(__dirname, '../example/main.js');

test('the example runs, and its record lies where it says', async (t) => {
  const ledgerPath = temporaryDirectory(t);
  const { stdout } = await promisify(execFile)(process.execPath, [example, ledgerPath], {
    env: { ...process.env, TOMLEDGER_BINARY: binaryPath },
  });
  const [outcome, record] = stdout.trim().split('\n');
  assert.equal(outcome, 'succeeded: 1 page');
  const backupPath = /^The record lies in (.*)$/.exec(record ?? '')?.[1] ?? '';
  const document: unknown = JSON.parse(
    fs.readFileSync(path.join(backupPath, 'operation.json'), 'utf8'),
  );
  assert.equal((document as { operationState: string }).operationState, 'completed');
  assert.equal(fs.existsSync(path.join(ledgerPath, 'draft.html')), false);
});
