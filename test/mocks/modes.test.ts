import { describe, expect, it } from 'vitest';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const NOT_SUPPORTED = 3, NO_PERMISSION = 4;
const GPU = { handle: 0 };
const OUT = { out: 'i32' } as const;

async function asRoot(profile = 'hgx-a100-8') {
  const machine = await host(profile, { gpus: 2, driver: '610.43.02' });
  await machine.setHost({ 'host.permissions': 'root' });
  return machine;
}

/** What a process that begins now reads. */
async function read(machine: Awaited<ReturnType<typeof host>>, name: string, ...between: number[]): Promise<(number | string | null)[] | undefined> {
  const client = await Client.initialised(machine.nvmlLibrary, 2);
  const { out } = await client.call(name, GPU, ...between, OUT, ...(name.endsWith('OperationMode') ? [OUT] : []));
  await client.leave();
  return out;
}

describe('compute mode', () => {
  it.each([
    ['a driver load', (machine: Awaited<ReturnType<typeof host>>) => machine.reloadDriver()],
    ['a GPU reset', (machine: Awaited<ReturnType<typeof host>>) => machine.reset(0)],
    ['a reboot', (machine: Awaited<ReturnType<typeof host>>) => machine.reboot()],
  ])('is seen by the next process and lasts until %s', async (_, end) => {
    const machine = await asRoot();
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    expect(await client.status('nvmlDeviceSetComputeMode', GPU, 3)).toBe(0);
    await client.leave();
    expect(await read(machine, 'nvmlDeviceGetComputeMode')).toEqual([3]);
    await end(machine);
    expect(await read(machine, 'nvmlDeviceGetComputeMode')).toEqual([0]);
  });

  it('of one GPU is not the other\'s', async () => {
    const machine = await asRoot();
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    await client.call('nvmlDeviceSetComputeMode', { handle: 1 }, 2);
    expect((await client.call('nvmlDeviceGetComputeMode', GPU, OUT)).out).toEqual([0]);
  });
});

describe('GPU operation mode', () => {
  it('waits for a boot; neither a driver load nor a GPU reset is one', async () => {
    const machine = await asRoot();
    await machine.set(0, { 'modes.operation': 'all-on' });
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    expect(await client.status('nvmlDeviceSetGpuOperationMode', GPU, 1)).toBe(0);
    await client.leave();
    await machine.reset(0);
    await machine.reloadDriver();
    expect(await read(machine, 'nvmlDeviceGetGpuOperationMode')).toEqual([0, 1]);
    await machine.reboot();
    expect(await read(machine, 'nvmlDeviceGetGpuOperationMode')).toEqual([1, 1]);
  });
});

describe('API restrictions', () => {
  it('are lifted until the driver is loaded anew', async () => {
    const machine = await asRoot();
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    expect(await client.status('nvmlDeviceSetAPIRestriction', GPU, 0, 0)).toBe(0);
    await client.leave();
    expect(await read(machine, 'nvmlDeviceGetAPIRestriction', 0)).toEqual([0]);
    await machine.reloadDriver();
    expect(await read(machine, 'nvmlDeviceGetAPIRestriction', 0)).toEqual([1]);
  });
});

describe('what changes a GPU', () => {
  it.each([
    ['nvmlDeviceSetComputeMode', [3]],
    ['nvmlDeviceSetGpuOperationMode', [1]],
    ['nvmlDeviceSetAPIRestriction', [0, 0]],
    ['nvmlDeviceSetRusdSettings_v1', [{ buffer: 16, u32: [16 | (1 << 24), 0, 1, 0] }]],
    ['nvmlDeviceSetFanSpeed_v2', [0, 50]],
    ['nvmlDeviceSetDefaultFanSpeed_v2', [0]],
    ['nvmlDeviceSetFanControlPolicy', [0, 1]],
    ['nvmlDeviceSetTemperatureThreshold', [5, { out: 'i32', value: 80 }]],
  ] as const)('%s needs root', async (name, rest) => {
    const machine = await host('hgx-a100-8', { gpus: 1, driver: '610.43.02' });
    await machine.setHost({ 'host.permissions': 'user' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.status(name, GPU, ...rest)).toBe(NO_PERMISSION);
  });
});

describe('what only Windows has', () => {
  it('is not supported', async () => {
    const machine = await asRoot();
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    expect([
      await client.status('nvmlDeviceGetDriverModel', GPU, OUT, OUT),
      await client.status('nvmlDeviceGetDriverModel_v2', GPU, OUT, OUT),
      // One of both is asked for by the vendor's tools.
      await client.status('nvmlDeviceGetDriverModel', GPU, OUT, null),
      await client.status('nvmlDeviceGetDriverModel_v2', GPU, null, OUT),
      await client.status('nvmlDeviceSetDriverModel', GPU, 0, 0),
    ]).toEqual(Array(5).fill(NOT_SUPPORTED));
  });
});
