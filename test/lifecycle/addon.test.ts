import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtureLibrary } from '../fixtures/native/build.ts';
import { runNode } from './child.ts';

const DONE = JSON.stringify([{ state: 'done', status: 0 }]);
const RUNNING = JSON.stringify([{ state: 'running' }]);
const NOTHING: string[] = [];

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpuwright-lifecycle-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const program = (name: string): string => join(import.meta.dirname, name);
const freshFile = (): string => join(folder, `hang-${(count += 1)}`);

describe('a process that uses the addon ends', () => {
  const idle = [JSON.stringify([{ state: 'done', status: 5 }])];
  it.each<[string, string, string[]]>([
    ['idle', 'natural', idle],
    ['idle', 'exit', idle],
    ['idle', 'abort', idle],
    ['idle', 'terminate', idle],
    // A pending call keeps the event loop alive, at most until its deadline.
    ['calling', 'natural', [DONE]],
    ['calling', 'exit', NOTHING],
    ['calling', 'abort', [RUNNING]],
    ['calling', 'deadline', [RUNNING]],
    ['calling', 'terminate', NOTHING],
    ['hung', 'natural', [RUNNING]],
    ['hung', 'exit', NOTHING],
    ['hung', 'abort', [RUNNING]],
    ['hung', 'deadline', [RUNNING]],
    ['hung', 'terminate', NOTHING],
    // A wedged lane keeps nothing alive.
    ['wedged', 'natural', [RUNNING]],
    ['wedged', 'exit', [RUNNING]],
    ['wedged', 'terminate', [RUNNING]],
  ])('while %s: %s', async (state, ending, lines) => {
    const ended = await runNode([program('addon-owner.mjs'), state, ending, buildFixtureLibrary(), freshFile()]);
    expect(ended).toEqual({ code: 7, signal: null, lines, errors: '' });
  });

  it('by the signal of a library that crashes in process', async () => {
    const script = `
      import { createAddonBackend } from ${JSON.stringify(join(import.meta.dirname, '../../dist/lib/backend/addon.js'))};
      const library = await createAddonBackend().open(${JSON.stringify(buildFixtureLibrary())});
      const frame = { words: new BigUint64Array(8), pointerMask: 0, memory: new Uint8Array(), relocations: [] };
      await library.submit('a', [{ fn: library.bind('t_crash', 'r()'), frame }], { deadlineMs: 20_000 });`;
    expect(await runNode(['--input-type=module', '-e', script])).toMatchObject({ code: null, signal: 'SIGSEGV' });
  });
});

describe('worker threads', () => {
  it.each(['load-at-once', 'terminate-at-random', 'share-lanes', 'give-back'])('%s', async (scene) => {
    const ended = await runNode([program('addon-workers.mjs'), scene, buildFixtureLibrary(), freshFile()]);
    expect(ended).toEqual({ code: 0, signal: null, lines: ['as it should be'], errors: '' });
  });

  it('read one simulated host at the same time', async () => {
    const ended = await runNode([program('machine-lanes.mjs')]);
    expect(ended).toEqual({ code: 0, signal: null, lines: ['as it should be'], errors: '' });
  });
});
