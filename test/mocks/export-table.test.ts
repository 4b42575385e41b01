import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { pythonEnvironment } from './python.ts';
import { host } from './simulated-host.ts';

const PROGRAM = fileURLToPath(new URL('export_table.py', import.meta.url));
const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4, IN_USE = 19;
const NOTHING = [0, 0];
const NODE = 3, SYSTEM = 4, UNKNOWN = 255;

const ask = (machine: Machine, branch: number) =>
  JSON.parse(execFileSync('python3', [PROGRAM, machine.nvmlLibrary, String(branch)], { encoding: 'utf8', env: pythonEnvironment() })) as Record<string, unknown>;

async function oddHost(driver: string): Promise<Machine> {
  const machine = await host('hgx-h100-8', { driver });
  await machine.setHost({ 'host.permissions': 'root' });
  await machine.set(0, { 'board.module-id': 6, 'thermal.gpu-celsius': 60, 'thermal.gpu-maximum-celsius': 85 });
  return machine;
}

describe('the table that the vendor’s command-line tools ask for', () => {
  it.each([
    // Which number tells the module and the distance to the temperature limit depends on the tool, which comes with the driver.
    ['525.147.05', { module: [0, 6], margin: [[0, 25], NOTHING] }],
    ['550.163.01', { module: NOTHING, margin: [NOTHING, [0, 25]] }],
  ])('of driver %s', async (driver, differing) => {
    const machine = await oddHost(driver);
    // Another program that uses the host, and simulated ones.
    const client = await Client.initialised(machine.nvmlLibrary);
    await machine.addProcess({ gpu: 0, pid: 4_190_001, name: 'desktop', kind: 'graphics' });
    await machine.addProcess({ gpu: 0, pid: 4_190_002, name: 'server', kind: 'mps' });
    expect(ask(machine, Number(driver.split('.')[0]))).toEqual({
      other: NOT_SUPPORTED, null: INVALID_ARGUMENT, found: 0, big_enough: true, every_slot: true,
      by_index: 0, same_handle: true, beyond: INVALID_ARGUMENT, zeroed: NOTHING, kept: 7, no_pointer: 0,
      generation: [5, 5], short: [7, 2],
      // Who uses MPS computes as well.
      lists: { 213: [0, [4_190_002, 'server'], [client.pid, expect.stringContaining('python')]], 214: [0, [4_190_002, 'server']], 215: [0, [4_190_001, 'desktop']] },
      watched: [0, 1], voltage: [NOT_SUPPORTED, -1],
      levels: [[0, NODE], [0, SYSTEM], [0, UNKNOWN]],
      reset: [IN_USE, INVALID_ARGUMENT], alive: [0, 1, 0],
      ...differing,
    });
  });

  it('a reset resets, and the tool goes on with its handles', async () => {
    const machine = await oddHost('550.163.01');
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x10000n });
    expect((await machine.show()).gpus[0]?.remappedRows?.pending).toBe(true);
    expect(ask(machine, 550)).toMatchObject({ reset: [0, INVALID_ARGUMENT], alive: [0, 1, 0] });
    expect((await machine.show()).gpus[0]?.remappedRows?.pending).toBe(false);
    expect((await machine.kernelLog()).filter((line) => /0000:1b:00\.0 reset/.test(line))).toHaveLength(1);
  });

  it('a reset is for root alone', async () => {
    const machine = await oddHost('550.163.01');
    await machine.setHost({ 'host.permissions': 'user' });
    expect(ask(machine, 550)).toMatchObject({ reset: [NO_PERMISSION, NO_PERMISSION] });
  });
});
