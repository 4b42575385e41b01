/**
 * Two processes, 64 GPUs, thousands of random operations each on one machine, while others are killed in the middle of theirs: nothing
 * torn, nobody waits for ever. `npm run proof:machine` does the same a hundred times over.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { compileC, environmentOn } from '../foreign/compile.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { startHost } from '../nvml/host.ts';

const FULL = process.env['GPUWRIGHT_PROOF'] === 'full';
const OPERATIONS = FULL ? 1_000_000 : 10_000;
const KILLS = FULL ? 2000 : 40;
const SURVIVORS = FULL ? 1000 : 40;
const GPUS = 64;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly told: string;
}

function run(program: string, env: NodeJS.ProcessEnv, seed: number, operations: number): { readonly ended: Promise<Ended>; kill(): void } {
  const child = spawn(program, [String(seed), String(operations)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, told: told.trim() }));
  return { ended, kill: () => void child.kill('SIGKILL') };
}

async function busyHost(): Promise<{ readonly machine: Machine; readonly program: string; readonly env: NodeJS.ProcessEnv }> {
  const machine = await startHost('hgx-b200-8', { driver: '610.43.02', gpus: GPUS });
  return { machine, program: compileC(new URL('busy_host.c', import.meta.url), machine), env: environmentOn(machine) };
}

/** Long enough to have begun, and each time at another moment of it. */
const someTime = (turn: number) => new Promise((resolve) => setTimeout(resolve, 5 + ((turn * 7) % 20)));

describe('a host of 64 GPUs', () => {
  it(
    `takes ${OPERATIONS} random operations of each of two processes, and ${KILLS} others that are killed amid theirs`,
    async () => {
      const { machine, program, env } = await busyHost();
      for (let gpu = 0; gpu < GPUS; gpu += 2) await machine.set(gpu, { 'mig.pending-mode': true });
      const both = [1, 2].map((seed) => run(program, env, seed, OPERATIONS).ended);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const victim = run(program, env, 1000 + kill, 100_000_000);
        await someTime(kill);
        victim.kill();
        expect((await victim.ended).signal).toBe('SIGKILL');
      }
      for (const { code, told } of await Promise.all(both)) {
        expect([code, told]).toEqual([0, expect.stringMatching(/"torn": 0, "strange": 0, "first": ""/)]);
        expect((JSON.parse(told) as { made: number }).made).toBeGreaterThan(OPERATIONS / 2);
      }
      // And whoever comes after them finds a host in order.
      expect(await run(program, env, 3, 1000).ended).toMatchObject({ code: 0 });
      const { gpus } = await machine.show();
      expect(gpus).toHaveLength(GPUS);
    },
    FULL ? 1_800_000 : 60_000,
  );

  // Whoever was woken up and killed before it had the lock leaves the next one asleep: that one gets no answer in time.
  it(
    `forgets none of ${SURVIVORS} that wait while the two before them are killed`,
    async () => {
      const { program, env } = await busyHost();
      for (let turn = 0; turn < SURVIVORS; turn += 1) {
        const victims = [1, 2].map((seed) => run(program, env, 10 * turn + seed, 100_000_000));
        const survivor = run(program, env, 10 * turn + 3, 2000).ended;
        await someTime(turn);
        for (const victim of victims) victim.kill();
        for (const victim of victims) expect((await victim.ended).signal).toBe('SIGKILL');
        expect(await survivor).toMatchObject({ code: 0 });
      }
    },
    FULL ? 1_800_000 : 120_000,
  );
});
