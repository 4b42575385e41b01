import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMachine } from '../../mocks/control/index.ts';
import { WAYS } from '../nvml/backends.ts';
import type { Life } from './child.ts';
import { startNode } from './child.ts';

const SCRIPT = fileURLToPath(new URL('nvml/life.mjs', import.meta.url));

let machine: Awaited<ReturnType<typeof startMachine>>;
const children: ChildProcess[] = [];

beforeEach(async () => {
  machine = await startMachine('tesla-v100-8', { gpus: 2 });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await machine.stop();
});

function live(about: Readonly<Record<string, unknown>>): Life {
  const life = startNode([SCRIPT, JSON.stringify({ library: machine.nvmlLibrary, ...about })]);
  children.push(life.child);
  return life;
}

async function clients(): Promise<number> {
  return (await machine.show()).clients.length;
}

describe.each(WAYS)('a process that uses NVML through %s', (_, options) => {
  describe.each(['exit', 'natural', 'close'])('ends by %s', (end) => {
    it.each(['idle', 'calling'])('while %s', async (act) => {
      expect(await live({ options, act, end }).ended).toEqual([7, null]);
      expect(await clients()).toBe(0);
    });

    it.each(['gpu', 'driver'] as const)('while a %s hangs', async (scope) => {
      await machine.inject(scope === 'gpu' ? { kind: 'hang', gpu: 1 } : { kind: 'hang', scope, function: 'nvmlDeviceGetCount_v2' });
      expect(await live({ options, act: 'hung', end }).ended).toEqual([7, null]);
      expect(await clients()).toBe(0);
    });
  });

  it.each(['exit', 'close'])('ends by %s although init hangs', async (end) => {
    await machine.inject({ kind: 'hang', scope: 'driver' });
    expect(await live({ options: { ...options, deadlineMs: 300 }, act: 'hung', end }).ended).toEqual([7, null]);
    await machine.clear();
    expect(await clients()).toBe(0);
  });

  it('in several worker threads at once holds nothing after they have closed', async () => {
    const life = live({ options: { ...options, deadlineMs: 15_000 }, act: 'idle', end: 'workers-close', workers: options.isolation === 'in-process' ? 8 : 3 });
    await life.says('ready');
    expect(await clients()).toBeGreaterThan(0);
    life.child.stdin.write('go\n');
    await life.says('ended');
    expect(await clients()).toBe(0);
    life.child.stdin.write('go\n');
    expect(await life.ended).toEqual([0, null]);
  });

  it('holds nothing after its worker threads were terminated without closing', async () => {
    const life = live({ options: { ...options, deadlineMs: 15_000 }, act: 'idle', end: 'workers-terminate', workers: 3 });
    await life.says('ready');
    expect(await clients()).toBeGreaterThan(0);
    life.child.stdin.write('go\n');
    await life.says('ended');
    const patience = performance.now() + 10_000;
    while ((await clients()) > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await clients()).toBe(0);
    life.child.stdin.write('go\n');
    expect(await life.ended).toEqual([0, null]);
  });
});
