// The published OpenRPC document against OpenRPC's official meta-schema.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { validateOpenRPCDocument } from '@open-rpc/schema-utils-js';

const document = JSON.parse(
  readFileSync(new URL('../../../rpc/openrpc.json', import.meta.url), 'utf8'),
);

/** Every reference in a document. */
function references(value) {
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === '$ref' && typeof member === 'string' ? [member] : references(member),
  );
}

test('the document is valid OpenRPC', () => {
  assert.equal(validateOpenRPCDocument(document), true);
});

test('the validator notices an invalid document', () => {
  assert.notEqual(validateOpenRPCDocument({ ...document, methods: [{ name: 'x' }] }), true);
});

test('every reference leads somewhere', () => {
  for (const reference of references(document)) {
    const target = reference
      .replace('#/', '')
      .split('/')
      .reduce((value, name) => value?.[name], document);
    assert.ok(target, `${reference} leads nowhere`);
  }
});

test('method names are unique', () => {
  const names = document.methods.map((method) => method.name);
  assert.equal(new Set(names).size, names.length);
});
