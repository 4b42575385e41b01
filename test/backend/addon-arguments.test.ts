import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';
import { runNode } from '../lifecycle/child.ts';

describe('the addon’s own arguments', () => {
  // In a process of its own: what this looks for would take the test run with it. One seed is new at every run, and shown if it finds something.
  it.each([1, 2, Math.floor(Math.random() * 2 ** 31)])('wrong ones are TypeError or RangeError, never a crash: seed %i', async (seed) => {
    const ended = await runNode([join(import.meta.dirname, 'addon-fuzz.mjs'), buildFixtureLibrary(), String(seed), '2000']);
    const lines = ['arguments, receivers, library paths, packets, called, packets, submitted, scratch, frames, bindings, batches'];
    expect(ended).toEqual({ code: 0, signal: null, lines, errors: '' });
  });
});
