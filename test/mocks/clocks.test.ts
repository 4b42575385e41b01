/** What rows cannot show of clocks: how long settings last, what is refused, and what holds clocks down over time. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4, INSUFFICIENT_SIZE = 7, VERSION_MISMATCH = 25;
const GRAPHICS = 0;
const TDP = 0xffff_ff01, UNLIMITED = 0xffff_ff02;
const GPU = { handle: 0 } as const;

async function valueOf(machine: Machine, name: string, gpu = 0): Promise<string | undefined> {
  return (await machine.attributes(gpu)).find((attribute) => attribute.name === `gpu.${gpu}.${name}`)?.value;
}

async function graphicsClock(client: Client): Promise<number> {
  return (await client.call('nvmlDeviceGetClockInfo', GPU, GRAPHICS, { out: 'u32' })).out?.[0] as number;
}

async function works(machine: Machine): Promise<void> {
  await machine.set(0, { 'load.gpu-percent': 100, 'clocks.graphics-mhz': 1410, 'clocks.sm-mhz': 1410 });
}

describe('what is set of clocks', () => {
  const SETTINGS = { 'locked-graphics-maximum-mhz': 900, 'application-graphics-mhz': 600, 'performance-state.0.graphics-offset-mhz': 15 } as const;

  it.each<[string, (machine: Machine) => Promise<void>]>([
    ['a driver reload', (machine) => machine.reloadDriver()],
    ['a reset of the GPU', (machine) => machine.reset(0)],
    ['a reboot', (machine) => machine.reboot()],
    ['a client after the driver let go of a GPU without persistence', async (machine) => {
      await machine.set(0, { persistence: false });
      await machine.advance(6);
      await Client.initialised(machine.nvmlLibrary, 1);
    }],
  ])('is gone with %s', async (_, end) => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.set(0, Object.fromEntries(Object.entries(SETTINGS).map(([name, value]) => [`clocks.${name}`, value])));
    await end(machine);
    expect(await Promise.all(Object.keys(SETTINGS).map((name) => valueOf(machine, `clocks.${name}`)))).toEqual(['0', '1275', '0']);
  });

  it('is there for every process, and outlives the one that set it', async () => {
    const machine = await host('hgx-a100-8', { gpus: 2 });
    const first = await Client.initialised(machine.nvmlLibrary, 2), second = await Client.initialised(machine.nvmlLibrary, 2);
    await works(machine);
    expect(await first.status('nvmlDeviceSetGpuLockedClocks', GPU, 300, 600)).toBe(0);
    expect(await graphicsClock(second)).toBe(600);
    await first.leave();
    expect(await graphicsClock(second)).toBe(600);
    expect((await second.call('nvmlDeviceGetClockInfo', { handle: 1 }, GRAPHICS, { out: 'u32' })).out).toEqual([210]);
  });

  it('is set by root alone', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    await machine.setHost({ 'host.permissions': 'user' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetGpuLockedClocks', GPU, 300, 600)).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDeviceSetApplicationsClocks', GPU, 1593, 1095)).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDeviceSetGpcClkVfOffset', GPU, { i32: 5 })).toBe(NO_PERMISSION);
    expect(await graphicsClock(client)).toBe(210);
  });

  it('is kept as a profile describes it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gpuwright-clocks-'));
    try {
      const file = join(folder, 'locked.json');
      const locked = { clocks: { 'locked-graphics-minimum-mhz': 705, 'locked-graphics-maximum-mhz': 705 } };
      await writeFile(file, JSON.stringify({ name: 'locked', description: 'one locked GPU', driver: '550.54.15', model: 'a100-pcie-80', gpus: [{ pci: '0000:01:00.0', attributes: locked }] }));
      const machine = await host(file);
      expect(await graphicsClock(await Client.initialised(machine.nvmlLibrary, 1))).toBe(705);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('locked clocks', () => {
  it.each([
    ['between two steps run at the lower one', 1000, 1000, 990],
    ['above all that is supported run at the highest', 3000, 3000, 1410],
    ['at the base clock', TDP, TDP, 1275],
    ['up to the base clock', UNLIMITED, TDP, 1275],
    ['from the base clock on', TDP, UNLIMITED, 1410],
    ['without any end are none', UNLIMITED, UNLIMITED, 1410],
  ])('%s', async (_, minimum, maximum, runsAt) => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await works(machine);
    expect(await client.status('nvmlDeviceSetGpuLockedClocks', GPU, minimum, maximum)).toBe(0);
    expect(await graphicsClock(client)).toBe(runsAt);
  });

  it('are refused upside down, half symbols, and of nothing', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    for (const [minimum, maximum] of [[900, 600], [TDP, 1410], [210, UNLIMITED], [0, 0], [0xffff_ff03, TDP]] as const)
      expect(await client.status('nvmlDeviceSetGpuLockedClocks', GPU, minimum, maximum), `${minimum}–${maximum}`).toBe(INVALID_ARGUMENT);
    await expect(machine.set(0, { 'clocks.locked-graphics-minimum-mhz': 900 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('minimum is above its maximum') as string,
    });
    expect(await valueOf(machine, 'clocks.locked-graphics-minimum-mhz')).toBe('0');
  });

  it('come before clocks for applications', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await works(machine);
    expect(await client.status('nvmlDeviceSetApplicationsClocks', GPU, 1593, 705)).toBe(0);
    expect(await graphicsClock(client)).toBe(705);
    expect(await client.status('nvmlDeviceSetGpuLockedClocks', GPU, 210, 1005)).toBe(0);
    expect(await graphicsClock(client)).toBe(1005);
  });

  it('of the memory are the nearest that it can run at', async () => {
    const machine = await host('rtx-3090-2', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const memoryAt = async (minimum: number, maximum: number) => {
      expect(await client.status('nvmlDeviceSetMemoryLockedClocks', GPU, minimum, maximum)).toBe(0);
      return (await client.call('nvmlDeviceGetClockInfo', GPU, 2, { out: 'u32' })).out?.[0];
    };
    expect(await memoryAt(405, 9751)).toBe(405);
    expect(await memoryAt(800, 9501)).toBe(810);
    await machine.set(0, { 'clocks.memory-mhz': 9751 });
    expect(await memoryAt(800, 9600)).toBe(9501);
    expect(await memoryAt(5100, 9000)).toBe(5001);
    expect(await memoryAt(100, 200)).toBe(405);
  });

  it.each(['tesla-v100-8', 't4-4'])('of the memory came later than the GPU of %s', async (profile) => {
    const machine = await host(profile, { gpus: 1 });
    expect(await (await Client.initialised(machine.nvmlLibrary, 1)).status('nvmlDeviceSetMemoryLockedClocks', GPU, 405, 405)).toBe(NOT_SUPPORTED);
  });
});

describe('lists of clocks', () => {
  it('tell how long they are to who has too little room, and leave it alone', async () => {
    const machine = await host('rtx-3090-2', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const room = { buffer: 8, u32: [7, 7] } as const, untouched = '0700000007000000';
    expect(await client.call('nvmlDeviceGetSupportedMemoryClocks', GPU, { out: 'u32', value: 2 }, room)).toEqual({ status: INSUFFICIENT_SIZE, out: [5, untouched] });
    expect(await client.call('nvmlDeviceGetSupportedGraphicsClocks', GPU, 405, { out: 'u32', value: 0 }, null)).toEqual({ status: INSUFFICIENT_SIZE, out: [15] });
    expect(await client.call('nvmlDeviceGetSupportedPerformanceStates', GPU, room, 8)).toEqual({ status: INSUFFICIENT_SIZE, out: [untouched] });
  });

  it('knows no struct but its own', async () => {
    const machine = await host('rtx-3090-2', { gpus: 1, driver: '580.65.06' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceGetClockOffsets', GPU, { buffer: 24, u32: [(2 << 24) | 24, 0, 0] })).toBe(VERSION_MISMATCH);
    expect(await client.status('nvmlDeviceGetClockOffsets', GPU, { buffer: 24, u32: [(1 << 24) | 24, 0, 0] })).toBe(0);
    expect(await client.status('nvmlDeviceGetClockOffsets', GPU, { buffer: 24, u32: [(1 << 24) | 24, 0, 1] })).toBe(INVALID_ARGUMENT);
  });
});

describe('a GPU that is held down', () => {
  it('runs at half of its clock while the hardware slows it down', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await works(machine);
    await machine.set(0, { 'thermal.gpu-celsius': 95 });
    expect(await graphicsClock(client)).toBe(705);
    await machine.set(0, { 'thermal.gpu-celsius': 60 });
    expect(await graphicsClock(client)).toBe(1410);
  });

  it('counts exactly the time of each reason, whatever else is set in between', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const seconds = async (policy: number) => {
      const { out } = await client.call('nvmlDeviceGetViolationStatus', GPU, policy, { buffer: 16 });
      return Number(Buffer.from(out?.[0] as string, 'hex').readBigUInt64LE(8)) / 1e9;
    };
    await machine.freezeClock();
    await works(machine);
    await machine.set(0, { 'thermal.gpu-celsius': 95 });
    await machine.advance(30);
    await machine.set(0, { 'thermal.gpu-celsius': 60, 'power.usage-milliwatts': 400_000 });
    await machine.advance(12);
    await machine.set(0, { 'power.usage-milliwatts': 100_000 });
    await machine.advance(3600);
    expect([await seconds(0), await seconds(1), await seconds(2)]).toEqual([12, 30, 0]);
    await machine.reset(0, { force: true });
    expect(await valueOf(machine, 'clocks.violation.thermal-nanoseconds')).toBe('0');
  });
});
