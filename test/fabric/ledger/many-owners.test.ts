/**
 * 50 processes acquire and release at random on one host, some calls time out with and without effect, some processes are killed: no two owners ever
 * share a GPU. `npm run proof:fabric` runs the 10,000 operations; here are fewer.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { serveFabric, SimulatedFabric } from '../simulated-fabric.ts';
import { compilePrograms } from './compiled-program.ts';
import { Desk } from './desk.ts';
import type { OwnerOrder } from './many-owners.ts';

const FULL = process.env['GPUWRIGHT_PROOF'] === 'full';
const OWNERS = 50;
const OPERATIONS = FULL ? 10_000 : 300;
const KILLS = FULL ? 40 : 5;

/** Every so many calls one goes wrong, each time in the next of these ways. */
const EVERY = 9;
const MISHAPS = [
  { code: 'TIMEOUT', effect: true },
  { code: 'VENDOR_ERROR', effect: true },
  { code: 'TIMEOUT', effect: false },
  { code: 'HELPER_CRASHED', effect: true },
] as const;

class TroubledFabric extends SimulatedFabric {
  changes = 0;
  override async activate(...args: Parameters<SimulatedFabric['activate']>): Promise<void> {
    this.#trouble('activate');
    await super.activate(...args);
    this.#check();
  }
  override async deactivate(...args: Parameters<SimulatedFabric['deactivate']>): Promise<void> {
    this.#trouble('deactivate');
    await super.deactivate(...args);
  }
  #trouble(call: 'activate' | 'deactivate'): void {
    this.changes += 1;
    if (this.changes % EVERY === 0) this.mishaps = [{ call, ...MISHAPS[(this.changes / EVERY) % MISHAPS.length]! }];
  }
  #check(): void {
    const gpus = this.routedGpus;
    expect(new Set(gpus).size).toBe(gpus.length);
  }
}

it(
  `${OWNERS} processes, ${OPERATIONS} operations, ${KILLS} of them killed: no two owners ever share a GPU`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gpuwright-many-'));
    const programs = await compilePrograms(['test/fabric/baseboards.ts', 'test/fabric/simulated-fabric.ts', 'test/fabric/ledger/many-owners.ts']);
    const fabric = new TroubledFabric('a100');
    const socket = join(folder, 'fabric.socket');
    const server = await serveFabric(fabric, socket);
    const children: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = [];
    const run = (number: number, life: number) => {
      const order: OwnerOrder = { folder: join(folder, 'state'), claims: join(folder, 'claims'), socket, owner: `vm-${number}`, seed: number * 1000 + life, operations: OPERATIONS / OWNERS };
      const child = spawn(process.execPath, [join(programs, 'test/fabric/ledger/many-owners.js'), JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
      let told = '';
      let wrong = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (wrong += text));
      const ended = once(child, 'close').then(([code, signal]) => ({ code: code as number | null, signal: signal as NodeJS.Signals | null, told, wrong }));
      children.push({ child, ended });
      return { ended, kill: () => void child.kill('SIGKILL') };
    };
    /** The first ones are killed amid their work, and somebody with the same name comes after them. */
    const owner = async (number: number) => {
      if (number < KILLS) {
        const victim = run(number, 1);
        const before = fabric.changes;
        const timer = setInterval(() => fabric.changes > before + 5 + number && victim.kill(), 3);
        const { signal, wrong } = await victim.ended;
        clearInterval(timer);
        // It may have come to its end before.
        expect([null, 'SIGKILL'], wrong).toContain(signal);
        expect(wrong).toBe('');
      }
      return await run(number, 2).ended;
    };
    try {
      const ended = await Promise.all(Array.from({ length: OWNERS }, (_, number) => owner(number)));
      const sum: Record<string, number> = {};
      for (const { code, told, wrong } of ended) {
        expect([code, wrong]).toEqual([0, '']);
        for (const [outcome, count] of Object.entries(JSON.parse(told) as Record<string, number>)) sum[outcome] = (sum[outcome] ?? 0) + count;
      }
      console.log(`${OWNERS} owners, ${fabric.changes} changes at Fabric Manager: ${JSON.stringify(sum)}`);
      expect(Object.values(sum).reduce((a, b) => a + b)).toBe(OPERATIONS);
      expect(sum['acquired']).toBeGreaterThan(OPERATIONS / 20);
      // Everybody has let go: nothing is left, neither routed nor recorded.
      const desk = new Desk(join(folder, 'state'), fabric, {});
      expect([[...fabric.active], await desk.owners(), await desk.begun()]).toEqual([[], {}, []]);
    } finally {
      // Only where something went wrong are any left.
      for (const { child } of children) child.kill('SIGKILL');
      await Promise.all(children.map(({ ended }) => ended));
      server.close();
      await Promise.all([rm(folder, { recursive: true }), rm(programs, { recursive: true })]);
    }
  },
  FULL ? 1_800_000 : 120_000,
);
