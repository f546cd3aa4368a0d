// The ES module is a door to the CommonJS build, not a second copy of it: a
// program that comes in through both finds one Ledger, and instanceof holds.
export * from './index.js';
