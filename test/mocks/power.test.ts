/** What rows cannot show of power: how long settings last, what drivers know, and that nothing draws more than its limit. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fieldIds } from '../../lib/abi/nvml/field-ids.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NO_PERMISSION = 4;
const GPU = { handle: 0 } as const;
const BASE_SCOPE = 3;

const MODELS = ['t4', 'v100-sxm2-32', 'v100-sxm3-32', 'a100-sxm4-80', 'a100-pcie-80', 'h100-sxm5-80', 'h200-sxm-141', 'b200-sxm-180', 'l40s', 'rtx-3090'] as const;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gpuwright-power-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** One GPU of a model. */
async function hostOf(model: (typeof MODELS)[number], driver = '610.43.02'): Promise<Machine> {
  const file = join(folder, `${model}.json`);
  await writeFile(file, JSON.stringify({ name: model, description: 'one GPU', driver, model, gpus: [{ pci: '0000:01:00.0' }] }));
  return host(file);
}

async function valueOf(machine: Machine, name: string): Promise<string | undefined> {
  return (await machine.attributes(0)).find((attribute) => attribute.name === `gpu.0.${name}`)?.value;
}

/** The return code of a field, and its number where that is 32 bits. */
async function fieldOf(client: Client, id: number, scope = 0): Promise<{ status: number; value: number; large: bigint }> {
  const { out } = await client.call('nvmlDeviceGetFieldValues', GPU, 1, { buffer: 40, u32: [id, scope] });
  const bytes = Buffer.from(out?.[0] as string, 'hex');
  return { status: bytes.readInt32LE(28), value: bytes.readUInt32LE(32), large: bytes.readBigUInt64LE(32) };
}

describe('every model', () => {
  it.each(MODELS)('%s idles at clocks that it supports, below its limits', async (model) => {
    const machine = await hostOf(model);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const number = async (name: string, ...more: number[]) => (await client.call(name, GPU, ...more, { out: 'u32' })).out?.[0] as number;
    const list = async (name: string, ...more: number[]) => {
      const { out } = await client.call(name, GPU, ...more, { out: 'u32', value: 300 }, { buffer: 1200 });
      const bytes = Buffer.from(out?.[1] as string, 'hex');
      return Array.from({ length: out?.[0] as number }, (_, at) => bytes.readUInt32LE(4 * at));
    };
    const memory = await number('nvmlDeviceGetClockInfo', 2), graphics = await list('nvmlDeviceGetSupportedGraphicsClocks', memory);
    expect(await list('nvmlDeviceGetSupportedMemoryClocks')).toContain(memory);
    expect(graphics).toContain(await number('nvmlDeviceGetClockInfo', 0));
    expect(graphics).toEqual([...new Set(graphics)].sort((a, b) => b - a));
    expect(await list('nvmlDeviceGetSupportedGraphicsClocks', await number('nvmlDeviceGetMaxClockInfo', 2))).toContain(await number('nvmlDeviceGetMaxClockInfo', 0));
    const limit = await number('nvmlDeviceGetPowerManagementLimit');
    expect(limit).toBe(await number('nvmlDeviceGetPowerManagementDefaultLimit'));
    expect(await number('nvmlDeviceGetPowerUsage')).toBeLessThan(limit);
    const setting = (await client.call('nvmlDeviceGetApplicationsClock', GPU, 0, { out: 'u32' })).status;
    expect(setting).toBe(model === 'rtx-3090' ? NOT_SUPPORTED : 0);
    expect((await fieldOf(client, fieldIds.NVML_FI_PWR_SMOOTHING_ENABLED)).status).toBe(model === 'b200-sxm-180' ? 0 : NOT_SUPPORTED);
  });
});

describe('what is set of power', () => {
  it.each<[string, (machine: Machine) => Promise<void>]>([
    ['a driver reload', (machine) => machine.reloadDriver()],
    ['a reset of the GPU', (machine) => machine.reset(0)],
    ['a reboot', (machine) => machine.reboot()],
  ])('is gone with %s; what describes the board stays', async (_, end) => {
    const machine = await hostOf('b200-sxm-180');
    await machine.set(0, { 'power.limit-milliwatts': 600_000, 'power.requested-workload-profiles': 6, 'power.energy-millijoules': 9_000_000, 'power.edpp-percent': 95 });
    await end(machine);
    const names = ['limit-milliwatts', 'requested-workload-profiles', 'energy-millijoules', 'edpp-percent'];
    expect(await Promise.all(names.map((name) => valueOf(machine, `power.${name}`)))).toEqual(['1000000', '0', '0', '95']);
  });

  it('is set by root alone, who alone sees power smoothing', async () => {
    const machine = await hostOf('b200-sxm-180');
    await machine.setHost({ 'host.permissions': 'user' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status('nvmlDeviceSetPowerManagementLimit', GPU, 600_000)).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDevicePowerSmoothingSetState', GPU, { buffer: 8, u32: [(1 << 24) | 8, 1] })).toBe(NO_PERMISSION);
    expect((await fieldOf(client, fieldIds.NVML_FI_PWR_SMOOTHING_ENABLED)).status).toBe(NO_PERMISSION);
    expect((await fieldOf(client, fieldIds.NVML_FI_DEV_POWER_INSTANT)).status).toBe(0);
  });

  it('is refused by name where no limit could be', async () => {
    const machine = await hostOf('l40s');
    await expect(machine.set(0, { 'power.limit-milliwatts': 351_000 })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('power limit') as string });
    expect(await valueOf(machine, 'power.limit-milliwatts')).toBe('350000');
  });
});

describe('fields by drivers', () => {
  it.each([
    ['570.148.08', 251, 'smoothing', 256, 'smoothing'],
    ['575.51.03', 251, 'thermal', 256, 'smoothing'],
    ['580.65.06', 252, 'thermal', 273, 'smoothing'],
    ['590.48.01', 251, 'smoothing', 270, 'thermal'],
  ])('%s numbers those of smoothing and of clocks its own way', async (driver, one, oneIs, other, otherIs) => {
    const machine = await hostOf('b200-sxm-180', driver);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    // Times are 64 bits; of smoothing nothing is said to who is not root.
    await machine.setHost({ 'host.permissions': 'user' });
    const kind = async (id: number) => ((await fieldOf(client, id)).status === NO_PERMISSION ? 'smoothing' : (await fieldOf(client, id)).status === 0 ? 'thermal' : 'unknown');
    expect([await kind(one), await kind(other)]).toEqual([oneIs, otherIs]);
  });

  it.each([
    ['535.129.03', fieldIds.NVML_FI_DEV_POWER_INSTANT, 0],
    ['530.41.03', fieldIds.NVML_FI_DEV_POWER_INSTANT, INVALID_ARGUMENT],
    ['530.41.03', fieldIds.NVML_FI_DEV_TOTAL_ENERGY_CONSUMPTION, 0],
    ['570.148.08', fieldIds.NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN, INVALID_ARGUMENT],
    ['565.57.01', fieldIds.NVML_FI_PWR_SMOOTHING_ENABLED, INVALID_ARGUMENT],
    ['580.65.06', fieldIds.NVML_FI_DEV_EDPP_MULTIPLIER, INVALID_ARGUMENT],
    ['580.65.06', fieldIds.NVML_FI_PWR_SMOOTHING_PRIMARY_POWER_FLOOR, INVALID_ARGUMENT],
    ['595.45.04', fieldIds.NVML_FI_DEV_MCLK_SWITCH_TYPE, INVALID_ARGUMENT],
    ['610.43.02', fieldIds.NVML_FI_DEV_MCLK_SWITCH_TYPE, 0],
  ])('%s answers %i with %i', async (driver, id, status) => {
    const machine = await host('hgx-h100-8', { gpus: 1, driver });
    expect((await fieldOf(await Client.initialised(machine.nvmlLibrary, 1), id)).status).toBe(status);
  });

  it('knows the base power of a GPU from 610 on, and no scope after it', async () => {
    for (const [driver, scope, status] of [['595.45.04', BASE_SCOPE, INVALID_ARGUMENT], ['610.43.02', BASE_SCOPE, NOT_SUPPORTED], ['610.43.02', BASE_SCOPE + 1, INVALID_ARGUMENT]] as const) {
      const client = await Client.initialised((await host('hgx-h100-8', { gpus: 1, driver })).nvmlLibrary, 1);
      expect((await fieldOf(client, fieldIds.NVML_FI_DEV_POWER_MAX_LIMIT, scope)).status, `${driver} ${scope}`).toBe(status);
      expect(await client.status('nvmlDeviceSetPowerManagementLimit_v2', GPU, { buffer: 12, u32: [(2 << 24) | 12, scope, 500_000] })).toBe(status);
    }
  });

  it('sets four parameters of power smoothing before 590, eight since', async () => {
    for (const [driver, status] of [['580.65.06', INVALID_ARGUMENT], ['590.48.01', 0]] as const) {
      const client = await Client.initialised((await hostOf('b200-sxm-180', driver)).nvmlLibrary, 1);
      // 100 as a double, after version, preset and parameter.
      expect(await client.status('nvmlDevicePowerSmoothingUpdatePresetProfileParam', GPU, { buffer: 24, u32: [(1 << 24) | 24, 0, 4, 0, 0, 0x4059_0000] })).toBe(status);
    }
  });
});

describe('a load', () => {
  it('never draws more than the limit, and time at the limit is counted', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await machine.freezeClock();
    await machine.set(0, { 'load.pattern': 'training' });
    const before = await fieldOf(client, fieldIds.NVML_FI_DEV_PERF_POLICY_POWER);
    const watts = async () => (await client.call('nvmlDeviceGetPowerUsage', GPU, { out: 'u32' })).out?.[0] as number;
    const over = async (seconds: number) => {
      const seen: number[] = [];
      for (let second = 0; second < seconds; second++) {
        await machine.advance(1);
        seen.push(await watts());
      }
      return Math.max(...seen);
    };
    expect(await over(8)).toBeGreaterThan(300_000);
    expect((await fieldOf(client, fieldIds.NVML_FI_DEV_PERF_POLICY_POWER)).large).toBe(before.large);
    expect(await client.status('nvmlDeviceSetPowerManagementLimit', GPU, 250_000)).toBe(0);
    const energy = (await fieldOf(client, fieldIds.NVML_FI_DEV_ENERGY)).large;
    expect(await over(16)).toBe(250_000);
    const capped = Number((await fieldOf(client, fieldIds.NVML_FI_DEV_PERF_POLICY_POWER)).large - before.large) / 1e9;
    expect(capped).toBeGreaterThan(6);
    expect(capped).toBeLessThan(16);
    expect((await fieldOf(client, fieldIds.NVML_FI_DEV_ENERGY)).large - energy).toBeLessThanOrEqual(250_000n * 16n);
  });

  it('has what was used under another limit counted as it was used', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1 });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await machine.freezeClock();
    await machine.set(0, { 'power.usage-milliwatts': 400_000 });
    const start = (await fieldOf(client, fieldIds.NVML_FI_DEV_ENERGY)).large;
    await machine.advance(10);
    await client.status('nvmlDeviceSetPowerManagementLimit', GPU, 100_000);
    await machine.advance(10);
    expect((await fieldOf(client, fieldIds.NVML_FI_DEV_ENERGY)).large - start).toBe(5_000_000n);
  });
});
