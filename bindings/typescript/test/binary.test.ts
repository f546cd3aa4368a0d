import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { test } from 'node:test';
import { findBinary } from '../src/binary.js';
import { ConnectionError, Ledger } from '../src/index.js';
import { defer, temporaryDirectory } from './support.js';

function fakeBinary(directory: string): string {
  const file = path.join(directory, 'tomledger');
  fs.writeFileSync(file, '#!/bin/sh\necho broken installation >&2\nexit 7\n', { mode: 0o755 });
  return file;
}

test('an explicit path goes before the environment, and that before PATH', (t) => {
  const [explicit, named, onPath] = [1, 2, 3].map(() => fakeBinary(temporaryDirectory(t))) as [
    string,
    string,
    string,
  ];
  const environment = { TOMLEDGER_BINARY: named, PATH: `/nowhere::${path.dirname(onPath)}` };
  assert.equal(findBinary({ binaryPath: explicit, environment }), explicit);
  assert.equal(findBinary({ environment }), named);
  assert.equal(findBinary({ environment: { PATH: environment.PATH } }), onPath);
});

test('a platform package beside the binding goes before PATH', (t) => {
  const root = path.join(__dirname, '..', 'node_modules');
  defer(t, () => fs.rmSync(root, { recursive: true, force: true }));
  const bin = path.join(root, '@tomledger', 'cli-linux-riscv64', 'bin');
  fs.mkdirSync(bin, { recursive: true });
  const packaged = fakeBinary(bin);
  const onPath = fakeBinary(temporaryDirectory(t));
  const found = findBinary({
    environment: { PATH: path.dirname(onPath) },
    platform: 'linux',
    arch: 'riscv64',
  });
  assert.equal(found, packaged);
});

test('the error names all four places', () => {
  const search = {
    environment: { TOMLEDGER_BINARY: '/nowhere/tomledger', PATH: '/nowhere' },
    platform: 'darwin',
    arch: 'arm64',
  } as const;
  assert.throws(() => findBinary(search), (error) => {
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.code, 'binaryNotFound');
    for (const place of [
      'binaryPath (not set)',
      '$TOMLEDGER_BINARY (/nowhere/tomledger)',
      '@tomledger/cli-darwin-arm64',
      'PATH',
    ]) {
      assert.ok(error.message.includes(place), error.message);
    }
    return true;
  });
});

test('a sidecar that does not come up is an error with its last words', async (t) => {
  const binaryPath = fakeBinary(temporaryDirectory(t));
  await assert.rejects(Ledger.connect({ participantId: 'cli', binaryPath }), (error) => {
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.code, 'sidecarNotStarted');
    assert.match(error.message, /exited with code 7: broken installation/);
    return true;
  });
});
