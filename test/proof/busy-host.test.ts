/**
 * Two processes, 64 GPUs, thousands of random operations each on one machine, while others are killed in the middle of theirs: nothing
 * torn, nobody waits for ever. `npm run proof:machine` does the same a hundred times over.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { compileC, environmentOn } from '../foreign/compile.ts';
import { startHost } from '../nvml/host.ts';

const FULL = process.env['GPUWRIGHT_PROOF'] === 'full';
const OPERATIONS = FULL ? 1_000_000 : 10_000;
const KILLS = FULL ? 2000 : 40;
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

describe('a host of 64 GPUs', () => {
  it(
    `takes ${OPERATIONS} random operations of each of two processes, and ${KILLS} others that are killed amid theirs`,
    async () => {
      const machine = await startHost('hgx-b200-8', { driver: '610.43.02', gpus: GPUS });
      for (let gpu = 0; gpu < GPUS; gpu += 2) await machine.set(gpu, { 'mig.pending-mode': true });
      const program = compileC(new URL('busy_host.c', import.meta.url), machine);
      const env = environmentOn(machine);
      const both = [1, 2].map((seed) => run(program, env, seed, OPERATIONS).ended);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const victim = run(program, env, 1000 + kill, 100_000_000);
        // Long enough to have begun, and each time at another moment of it.
        await new Promise((resolve) => setTimeout(resolve, 5 + ((kill * 7) % 20)));
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
});
