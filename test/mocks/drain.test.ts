import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const SUCCESS = 0, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, DRIVER_NOT_LOADED = 9, GPU_IS_LOST = 15, IN_USE = 19, GPU_NOT_FOUND = 28;
const NO_GPUS = 1, NO_ATTACH = 2;
/** PCI buses of tesla-v100-8. */
const BUSES = [0x06, 0x07, 0x0a, 0x0b, 0x85, 0x86, 0x89, 0x8a];

const place = (gpu: number) => ({ buffer: 68, u32: [0, 0, 0, 0, 0, BUSES[gpu] as number, 0] });
const everywhere = { buffer: 68 };
const drain = (client: Client, gpu: number, on = true) => client.status('nvmlDeviceModifyDrainState', place(gpu), on ? 1 : 0);
const remove = (client: Client, gpu: number) => client.status('nvmlDeviceRemoveGpu_v2', place(gpu), 1, 0);
const discover = (client: Client, where: { buffer: number; u32?: number[] } = everywhere) => client.status('nvmlDeviceDiscoverGpus', where);
const count = async (client: Client) => (await client.call('nvmlDeviceGetCount_v2', { out: 'u32' })).out?.[0];
const temperature = (client: Client, gpu: number) => client.status('nvmlDeviceGetTemperature', { handle: gpu }, 0, { out: 'u32' });

async function unpersistent(profile?: string, options: Parameters<typeof host>[1] = {}): Promise<Machine> {
  const machine = await host(profile, options);
  for (const { index } of (await machine.show()).gpus) await machine.set(index, { persistence: false });
  return machine;
}

/** GPU 3 is gone; the client did it. */
async function without3(): Promise<{ machine: Machine; client: Client }> {
  const machine = await unpersistent();
  const client = await Client.initialised(machine.nvmlLibrary);
  expect([await drain(client, 3), await remove(client, 3)]).toEqual([SUCCESS, SUCCESS]);
  return { machine, client };
}

describe('draining', () => {
  it('keeps a GPU from processes that come later, and leaves it to those that are there', async () => {
    const machine = await unpersistent();
    const before = await Client.initialised(machine.nvmlLibrary);
    expect(await drain(before, 3)).toBe(SUCCESS);
    const after = await Client.initialised(machine.nvmlLibrary, 7);
    expect([await count(before), await count(after)]).toEqual([8, 7]);
    expect(await temperature(before, 3)).toBe(SUCCESS);
    expect((await after.call('nvmlDeviceGetHandleByPciBusId_v2', { text: '0000:0B:00.0' }, { out: 'handle' })).status).toBe(6);
    const fourth = await after.call('nvmlDeviceGetIndex', { handle: 3 }, { out: 'u32' });
    expect(fourth).toEqual({ status: SUCCESS, out: [3] });
    expect(await drain(after, 3, false)).toBe(SUCCESS);
    expect(await count(after)).toBe(8);
  });

  it('is refused while persistence mode uses the GPU, to all but root, and where there is none', async () => {
    const machine = await host();
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await drain(client, 0)).toBe(IN_USE);
    expect(await client.status('nvmlDeviceModifyDrainState', { buffer: 68, u32: [0, 0, 0, 0, 0, 0x44, 0] }, 1)).toBe(INVALID_ARGUMENT);
    expect(await client.status('nvmlDeviceModifyDrainState', place(0), 2)).toBe(INVALID_ARGUMENT);
    await machine.setHost({ 'host.permissions': 'user' });
    expect([await drain(client, 0), await remove(client, 0), await discover(client)]).toEqual([4, 4, 4]);
    expect(await client.status('nvmlDeviceQueryDrainState', place(0), { out: 'i32' })).toBe(SUCCESS);
  });

  it('ends with a reboot and with the driver', async () => {
    for (const end of [(machine: Machine) => machine.reboot(), (machine: Machine) => machine.reloadDriver()]) {
      const machine = await unpersistent();
      await machine.set(3, { 'drain.draining': true });
      await end(machine);
      expect(await count(await Client.initialised(machine.nvmlLibrary, 1))).toBe(8);
    }
  });
});

describe('removing', () => {
  it('waits for those that use the GPU, and not for those that came too late to', async () => {
    const machine = await unpersistent();
    const [remover, user] = [await Client.initialised(machine.nvmlLibrary), await Client.initialised(machine.nvmlLibrary)];
    expect(await remove(remover, 3)).toBe(IN_USE);
    expect(await drain(remover, 3)).toBe(SUCCESS);
    await Client.initialised(machine.nvmlLibrary, 1);
    expect(await remove(remover, 3)).toBe(IN_USE);
    await user.kill('SIGKILL');
    expect(await remove(remover, 3)).toBe(SUCCESS);
  });

  it('takes it from count, index and look-up, and voids its handles', async () => {
    const { machine, client } = await without3();
    expect(await count(client)).toBe(7);
    expect(await temperature(client, 3)).toBe(GPU_IS_LOST);
    expect((await client.call('nvmlDeviceGetIndex', { handle: 4 }, { out: 'u32' })).out).toEqual([3]);
    expect(await remove(client, 3)).toBe(INVALID_ARGUMENT);
    expect(await client.status('nvmlDeviceQueryDrainState', place(3), { out: 'i32' })).toBe(INVALID_ARGUMENT);
    await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: 0n });
    expect((await machine.show()).gpus[3]?.retiredPages).toEqual([]);
    await client.call('nvmlShutdown');
    await expect(machine.reset(3)).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringMatching(/let go of GPU 3/) as string });
  });

  it('lasts over a reload of the driver, not over a reboot', async () => {
    const { machine, client } = await without3();
    await client.call('nvmlShutdown');
    await machine.reloadDriver();
    expect(await count(await Client.initialised(machine.nvmlLibrary, 1))).toBe(7);
    await machine.reboot();
    expect(await count(await Client.initialised(machine.nvmlLibrary, 1))).toBe(8);
  });
});

describe('discovering', () => {
  it('brings it back as new: its handles are looked up again, its volatile counters start anew', async () => {
    const machine = await unpersistent();
    await machine.inject({ kind: 'single-bit-ecc', gpu: 3, address: 64n });
    const client = await Client.initialised(machine.nvmlLibrary);
    await drain(client, 3);
    await remove(client, 3);
    expect(await discover(client)).toBe(SUCCESS);
    expect(await count(client)).toBe(8);
    expect(await temperature(client, 3)).toBe(GPU_IS_LOST);
    expect(await temperature(client, 2)).toBe(SUCCESS);
    await client.look();
    expect(await temperature(client, 3)).toBe(SUCCESS);
    expect((await machine.show()).gpus[3]?.errorCounts).toMatchObject({ volatileCorrected: 0, aggregateCorrected: 1 });
    expect((await client.call('nvmlDeviceQueryDrainState', place(3), { out: 'i32' })).out?.[1]).toBe(0);
  });

  it('can be narrowed to one place, and does not find what has fallen off the bus', async () => {
    const { machine, client } = await without3();
    await drain(client, 5);
    await remove(client, 5);
    expect([await discover(client, place(4)), await count(client)]).toEqual([SUCCESS, 6]);
    expect([await discover(client, place(5)), await count(client)]).toEqual([SUCCESS, 7]);
    await machine.inject({ kind: 'gpu-lost', gpu: 3 });
    expect([await discover(client), await count(client)]).toEqual([SUCCESS, 7]);
  });

  it('a reset of the GPU afterwards voids its handles until init, as ever', async () => {
    const { machine, client } = await without3();
    await discover(client);
    await client.look();
    await machine.reset(3, { force: true });
    expect(await client.status('nvmlDeviceGetHandleByIndex_v2', 3, { out: 'handle' })).toBe(GPU_IS_LOST);
    await client.call('nvmlInit_v2');
    expect(await temperature(client, 3)).toBe(SUCCESS);
  });
});

describe('excluded GPUs', () => {
  it('are left alone from the next load of the driver on', async () => {
    const machine = await host();
    await machine.set(2, { 'drain.excluded': true });
    await machine.set(6, { 'drain.excluded': true });
    const before = await Client.initialised(machine.nvmlLibrary);
    expect(await count(before)).toBe(8);
    await before.leave();
    await machine.reloadDriver();
    await machine.reboot();
    const client = await Client.initialised(machine.nvmlLibrary, 6);
    expect(await count(client)).toBe(6);
    expect((await client.call('nvmlGetExcludedDeviceCount', { out: 'u32' })).out).toEqual([2]);
    const second = Buffer.from((await client.call('nvmlGetExcludedDeviceInfoByIndex', 1, { buffer: 148 })).out?.[0] as string, 'hex');
    expect(second.toString('latin1', 68, 108)).toBe((await machine.show()).gpus[6]?.uuid);
    expect(second.readUInt32LE(20)).toBe(BUSES[6]);
    expect(await client.status('nvmlGetExcludedDeviceInfoByIndex', 2, { buffer: 148 })).toBe(INVALID_ARGUMENT);
    expect([await discover(client), await count(client)]).toEqual([SUCCESS, 6]);
    await client.leave();
    await machine.set(2, { 'drain.excluded': false });
    await machine.reloadDriver();
    expect(await count(await Client.initialised(machine.nvmlLibrary, 7))).toBe(7);
  });

  it('are named in a profile', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gpuwright-profile-'));
    try {
      const file = join(folder, 'host.json');
      const gpus = [{ pci: '0000:17:00.0' }, { pci: '0000:65:00.0', attributes: { drain: { excluded: true } } }];
      await writeFile(file, JSON.stringify({ name: 'two', description: 'one left out', driver: '535.129.03', model: 't4', gpus }));
      const client = await Client.initialised((await host(file)).nvmlLibrary, 1);
      expect(await count(client)).toBe(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('init', () => {
  it.each([['535.129.03', DRIVER_NOT_LOADED], ['580.65.06', GPU_NOT_FOUND]])('of driver %s finds no GPU: %i, unless none is asked for', async (driver, status) => {
    const machine = await unpersistent('tesla-v100-8', { gpus: 1, driver });
    await machine.set(0, { 'drain.draining': true });
    const client = await Client.open(machine.nvmlLibrary);
    expect(await client.status('nvmlInit_v2')).toBe(status);
    expect(await client.status('nvmlDeviceGetCount_v2', { out: 'u32' })).toBe(UNINITIALIZED);
    expect(await client.status('nvmlInitWithFlags', NO_GPUS)).toBe(SUCCESS);
    expect(await count(client)).toBe(0);
    expect((await machine.show()).clients).toHaveLength(1);
    await client.call('nvmlShutdown');
    expect(await client.status('nvmlDeviceGetCount_v2', { out: 'u32' })).toBe(UNINITIALIZED);
  });

  it('without attaching holds the driver only, until a GPU is looked up', async () => {
    const machine = await unpersistent();
    const remover = await Client.initialised(machine.nvmlLibrary);
    const watcher = await Client.open(machine.nvmlLibrary);
    expect(await watcher.status('nvmlInitWithFlags', NO_ATTACH)).toBe(SUCCESS);
    await drain(remover, 3);
    await drain(remover, 4);
    expect(await remove(remover, 3)).toBe(SUCCESS);
    await drain(remover, 4, false);
    await watcher.look(1);
    await drain(remover, 4);
    expect(await remove(remover, 4)).toBe(IN_USE);
    await expect(machine.reloadDriver()).rejects.toMatchObject({ code: 'MACHINE_BUSY' });
  });

  it('without attaching does not take a GPU up that the driver let go of', async () => {
    const machine = await unpersistent();
    await machine.inject({ kind: 'double-bit-ecc', gpu: 3, address: 0n });
    const first = await Client.initialised(machine.nvmlLibrary);
    await first.leave();
    await machine.advance(60);
    const watcher = await Client.open(machine.nvmlLibrary);
    await watcher.call('nvmlInitWithFlags', NO_ATTACH);
    expect((await machine.show()).gpus[3]?.pageRetirementPending).toBe(true);
    await watcher.look(1);
    expect((await machine.show()).gpus[3]?.pageRetirementPending).toBe(false);
  });

  it('is counted, fails without a trace, and works again after the library was closed and opened', async () => {
    const machine = await host();
    const program = [
      'import ctypes as c, sys, _ctypes',
      'def answers():',
      '    nvml, count = c.CDLL(sys.argv[1]), c.c_uint()',
      '    calls = [nvml.nvmlShutdown, nvml.nvmlInit_v2, nvml.nvmlInit, nvml.nvmlShutdown, lambda: nvml.nvmlDeviceGetCount_v2(c.byref(count)), nvml.nvmlShutdown,',
      '             lambda: nvml.nvmlDeviceGetCount_v2(c.byref(count)), nvml.nvmlInit_v2, nvml.nvmlShutdown]',
      '    got = [call() for call in calls] + [count.value]',
      '    _ctypes.dlclose(nvml._handle)',
      '    return got',
      'print([answers(), answers()])',
    ].join('\n');
    const client = await Client.open(machine.nvmlLibrary);
    const { text } = await client.send({ output: ['python3', '-c', program, machine.nvmlLibrary] });
    expect(JSON.parse(text as string)).toEqual(Array(2).fill([0, 0, 0, 0, 0, 0, UNINITIALIZED, 0, 0, 8]));
    expect((await machine.show()).clients).toEqual([]);
  });
});
