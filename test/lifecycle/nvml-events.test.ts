import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMachine } from '../../mocks/control/index.ts';
import { until } from '../nvml/host.ts';
import { WAYS } from '../nvml/backends.ts';
import type { Life } from './child.ts';
import { startNode } from './child.ts';

const SCRIPT = fileURLToPath(new URL('nvml/events.mjs', import.meta.url));

let machine: Awaited<ReturnType<typeof startMachine>>;
const lives: Life[] = [];

beforeEach(async () => {
  machine = await startMachine('t4-4', { gpus: 2 });
});
afterEach(async () => {
  for (const { child } of lives.splice(0)) child.kill('SIGKILL');
  await machine.stop();
});

async function follow(options: Readonly<Record<string, unknown>>, end: string): Promise<Life> {
  const life = startNode([SCRIPT, JSON.stringify({ library: machine.nvmlLibrary, options, end })]);
  lives.push(life);
  await life.says('snapshot');
  return life;
}

const clients = async (): Promise<number> => (await machine.show()).clients.length;

describe.each(WAYS)('a process that follows events through %s', (_, options) => {
  it('lives on for them', async () => {
    const life = await follow(options, 'none');
    await new Promise((resolve) => setTimeout(resolve, 500));
    await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
    await life.says('xid 31');
    life.child.kill('SIGTERM');
    expect(await life.ended).toEqual([null, 'SIGTERM']);
    await until(async () => (await clients()) === 0);
  });

  describe.each(['exit', 'abort', 'close'])('ends by %s', (end) => {
    it('while it waits', async () => {
      const life = await follow(options, end);
      life.child.stdin.write('go\n');
      expect(await life.ended).toEqual([7, null]);
      expect(await clients()).toBe(0);
    });

    it.each(['nvmlEventSetWait_v2', 'nvmlDeviceRegisterEvents', 'nvmlEventSetFree'])('while %s hangs', async (hanging) => {
      const life = await follow({ ...options, deadlineMs: 1000 }, end);
      await machine.inject({ kind: 'hang', function: hanging });
      if (hanging === 'nvmlEventSetWait_v2') await life.says('interrupted');
      if (hanging === 'nvmlDeviceRegisterEvents') {
        // So that it begins anew, and is where it hangs soon afterwards.
        await machine.reset(0, { force: true });
        await life.says('interrupted');
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      life.child.stdin.write('go\n');
      expect(await life.ended).toEqual([7, null]);
      expect(await clients()).toBe(0);
    });
  });
});
