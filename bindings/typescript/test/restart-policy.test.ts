import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatElapsed } from '../src/elapsed.js';
import { RestartPolicy } from '../src/restart-policy.js';

test('restarts are limited within a window, and wait longer each time', () => {
  const policy = new RestartPolicy({ maxRestarts: 3, windowMs: 1000, baseDelayMs: 50 });
  assert.deepEqual(
    [0, 1, 2, 3].map((now) => policy.next(now)),
    [0, 50, 100, undefined],
  );
  assert.equal(policy.next(999), undefined);
  assert.equal(policy.next(1001), 50); // the first two have left the window
});

test('elapsed times read as in the log', () => {
  assert.deepEqual([0, 12_345, 1_000_000, -5].map(formatElapsed), [
    '000.000',
    '012.345',
    '1000.000',
    '000.000',
  ]);
});
