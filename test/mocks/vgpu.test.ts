import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Nvml } from '../../lib/nvml/index.ts';
import { packageRoot } from '../../lib/package-root.ts';
import { isTree } from '../../mocks/control/attributes.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { Models } from '../../mocks/control/models.ts';
import { SLICED, SLICED_6C } from './answers/vgpu-host.ts';
import { Client } from './client.ts';
import { host } from './simulated-host.ts';

const INVALID_ARGUMENT = 2;
const NOT_SUPPORTED = 3;
const NO_PERMISSION = 4;
const NOT_FOUND = 6;
const INSUFFICIENT_SIZE = 7;
const IN_USE = 19;
const MISMATCH = 25;

const T4_4Q = 232;
const A100DX_40C = 620;
const A100DX_20C = 619;
const A100DX_3_40C = 624;
const DESKTOP = 3_251_634_200;
const GIB = 2 ** 30;

/** Ids of the vGPUs on a GPU; a status where there is an error. */
async function active(client: Client, gpu = 0): Promise<number[] | number | undefined> {
  const { status, out } = await client.call('nvmlDeviceGetActiveVgpus', { handle: gpu }, { out: 'u32', value: 8 }, { buffer: 32 });
  if (status !== 0) return status;
  const bytes = Buffer.from(out?.[1] as string, 'hex');
  return Array.from({ length: out?.[0] as number }, (_, at) => bytes.readUInt32LE(4 * at));
}

async function creatable(client: Client, gpu = 0): Promise<number[]> {
  const { out } = await client.call('nvmlDeviceGetCreatableVgpus', { handle: gpu }, { out: 'u32', value: 64 }, { buffer: 256 });
  const bytes = Buffer.from(out?.[1] as string, 'hex');
  return Array.from({ length: out?.[0] as number }, (_, at) => bytes.readUInt32LE(4 * at));
}

async function attribute(machine: Machine, name: string): Promise<string | undefined> {
  return (await machine.attributes()).find((each) => each.name === name)?.value;
}

async function withoutClient(client: Client, action: () => Promise<void>): Promise<void> {
  await client.call('nvmlShutdown');
  await action();
  await client.call('nvmlInit_v2');
  await client.look(1);
}

async function a100(): Promise<Machine> {
  const machine = await host('hgx-a100-8', { gpus: 1, driver: '610.43.02' });
  await machine.set(0, { 'vgpu.mode': 'vgpu-host' });
  return machine;
}

describe('vGPU types', () => {
  it('are there for every series that a model names', () => {
    const models = new Models(join(packageRoot(), 'mocks/profiles/models'));
    const series = models.names().map((name) => {
      const { vgpu } = models.get(name, 'test');
      return isTree(vgpu) ? vgpu['series'] : undefined;
    });
    expect(series.filter((name) => name !== null)).toHaveLength(6);
    for (const name of series) if (name !== null) expect(existsSync(join(packageRoot(), `mocks/profiles/vgpu-types/${String(name)}.json`)), String(name)).toBe(true);
  });

  it('a product without them is no host of vGPUs', async () => {
    const machine = await host('hgx-h100-8', { gpus: 1 });
    await expect(machine.addVgpu({ gpu: 0, type: 1004 })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('vgpu.mode') as string });
    await machine.set(0, { 'vgpu.mode': 'vgpu-host' });
    await expect(machine.addVgpu({ gpu: 0, type: T4_4Q })).rejects.toMatchObject({ message: expect.stringContaining('choose one of its own') as string });
    expect(await machine.addVgpu({ gpu: 0, type: 1004 })).toBe(DESKTOP);
    await expect(machine.set(0, { 'vgpu.mode': 'none' })).rejects.toMatchObject({ message: expect.stringContaining('remove them first') as string });
  });

  it('of the size that runs can be made until the GPU is full', async () => {
    const machine = await host('kvm-t4-4');
    for (let more = 0; more < 3; more++) await machine.addVgpu({ gpu: 0, type: T4_4Q });
    await expect(machine.addVgpu({ gpu: 0, type: T4_4Q })).rejects.toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('no room') as string });
    expect(await creatable(await Client.initialised(machine.nvmlLibrary, 1))).toEqual([]);
  });

  it('of different sizes can be made in heterogeneous mode, where their placements do not overlap', async () => {
    const machine = await a100();
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await machine.set(0, { 'vgpu.heterogeneous': true });
    await machine.addVgpu({ gpu: 0, type: A100DX_20C, placement: 4 });
    expect(await creatable(client)).toEqual(expect.arrayContaining([A100DX_20C, A100DX_40C]));
    await expect(machine.addVgpu({ gpu: 0, type: A100DX_40C, placement: 0 })).rejects.toThrow('no room');
    await machine.addVgpu({ gpu: 0, type: A100DX_40C });
    expect(await attribute(machine, 'vgpus.running.1.placement-id')).toBe('8');
  });

  it('that MIG backs need a GPU instance of their profile, and the others a whole GPU', async () => {
    const machine = await a100();
    await machine.set(0, { 'mig.pending-mode': true });
    await machine.reset(0);
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await creatable(client)).toEqual([]);
    const HALF = 9;
    for (let half = 0; half < 2; half++) expect(await client.status('nvmlDeviceCreateGpuInstance', { handle: 0 }, HALF, { out: 'handle' })).toBe(0);
    expect(await creatable(client)).toEqual([A100DX_3_40C]);
    await machine.addVgpu({ gpu: 0, type: A100DX_3_40C });
    await machine.addVgpu({ gpu: 0, type: A100DX_3_40C });
    const instances = await Promise.all([0, 1].map((nth) => attribute(machine, `vgpus.running.${nth}.gpu-instance-id`)));
    expect(new Set(instances)).toEqual(new Set(['1', '2']));
    expect(await creatable(client)).toEqual([]);
    expect(await client.call('nvmlDeviceSetMigMode', { handle: 0 }, 0, { out: 'i32' })).toMatchObject({ status: 0, out: [IN_USE] });
  });
});

describe('a vGPU', () => {
  it('takes framebuffer of its GPU and gives it back; its id is never used again', async () => {
    const machine = await host('kvm-t4-4');
    const used = async () => (await machine.readings(2)).gpus[0]?.usedBytes;
    const first = await machine.addVgpu({ gpu: 2, type: T4_4Q, vm: 'one', vmId: '17' });
    expect(await used()).toBe(4 * GIB);
    expect(await attribute(machine, 'vgpus.running.2.vm-id-kind')).toBe('domain-id');
    await machine.removeVgpu(first);
    expect(await used()).toBe(0);
    expect(await machine.addVgpu({ gpu: 2, type: T4_4Q })).toBe(first + 1);
    await expect(machine.removeVgpu(first)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('is the same again on a machine of the same seed', async () => {
    const uuids = async () => Promise.all(['uuid', 'mdev-uuid', 'vm-id'].map(async (name) => attribute(await host('kvm-t4-4', { seed: 'same' }), `vgpus.running.0.${name}`)));
    const first = await uuids();
    expect(new Set(first).size).toBe(3);
    expect(await uuids()).toEqual(first);
  });

  it('is listed with its attributes, and what does not run is neither listed nor set', async () => {
    const machine = await host('kvm-t4-4');
    const listed = (await machine.attributes()).map(({ name }) => name);
    expect(listed).toContain('vgpus.running.1.sm-percent');
    expect(listed).not.toContain('vgpus.running.2.sm-percent');
    await expect(machine.setHost({ 'vgpus.running.2.sm-percent': 5 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it.each([
    ['a forced GPU reset', (machine: Machine) => machine.reset(0, { force: true }), [DESKTOP + 1]],
    ['a forced driver reload', (machine: Machine) => machine.reloadDriver({ force: true }), []],
    ['a reboot', (machine: Machine) => machine.reboot(), []],
  ])('ends with %s', async (_, action, others) => {
    const machine = await host('kvm-t4-4');
    const client = await Client.initialised(machine.nvmlLibrary, 2);
    expect(await active(client)).toEqual([DESKTOP]);
    await withoutClient(client, () => action(machine));
    await client.look(2);
    expect(await active(client)).toEqual([]);
    expect(await client.status('nvmlVgpuInstanceGetType', DESKTOP, { out: 'u32' })).toBe(NOT_FOUND);
    expect(await active(client, 1)).toEqual(others);
    expect((await machine.readings(0)).gpus[0]?.usedBytes).toBe(0);
  });

  it('holds its GPU and the driver, and is named', async () => {
    const machine = await host('kvm-t4-4');
    const message = (what: string, who: string) => expect.stringMatching(`^${what}: in use by ${who}: end them, or repeat with --force$`) as string;
    await expect(machine.reset(0)).rejects.toMatchObject({ code: 'MACHINE_BUSY', message: message('reset', `vGPU ${DESKTOP} \\([^)]+\\)`) });
    await expect(machine.reloadDriver()).rejects.toMatchObject({ code: 'MACHINE_BUSY', message: message('reload-driver', `vGPU ${DESKTOP} .*, vGPU ${DESKTOP + 1} \\([^)]+\\)`) });
    await machine.reset(2);
  });

  it('stays when the driver takes up a GPU without persistence mode again', async () => {
    const machine = await host('kvm-t4-4');
    await machine.set(0, { 'modes.persistence': false, 'vgpu.scheduler.policy': 'fixed-share' });
    await machine.advance(60);
    expect(await active(await Client.initialised(machine.nvmlLibrary, 1))).toEqual([DESKTOP]);
    expect(await attribute(machine, 'gpu.0.vgpu.scheduler.policy')).toBe('fixed-share');
  });
});

describe('what was chosen', () => {
  it('holds for every process, until the driver is loaded again', async () => {
    const machine = await a100();
    const [one, other] = await Promise.all([Client.initialised(machine.nvmlLibrary, 1), Client.initialised(machine.nvmlLibrary, 1)]);
    const mode = { buffer: 8, u32: [8 | (1 << 24), 1] };
    expect(await one.status('nvmlDeviceSetVgpuHeterogeneousMode', { handle: 0 }, mode)).toBe(0);
    expect(await one.status('nvmlDeviceSetVgpuSchedulerState_v2', { handle: 0 }, { buffer: 16, u32: [1, 2, 0, 100] })).toBe(0);
    expect(await one.status('nvmlDeviceSetVgpuCapabilities', { handle: 0 }, { i32: 7 }, { i32: 0 })).toBe(0);
    expect(await one.status('nvmlSetVgpuVersion', { buffer: 8, u32: [0x80001, 0x90001] })).toBe(0);
    expect((await other.call('nvmlDeviceGetVgpuHeterogeneousMode', { handle: 0 }, { buffer: 8, u32: [8 | (1 << 24)] })).out).toEqual(['0800000101000000']);
    await one.leave();
    await withoutClient(other, () => machine.reset(0));
    const names = ['gpu.0.vgpu.heterogeneous', 'gpu.0.vgpu.scheduler.policy', 'gpu.0.vgpu.media-engine', 'vgpus.version.allowed-most'];
    const values = () => Promise.all(names.map((name) => attribute(machine, name)));
    expect(await values()).toEqual(['on', 'equal-share', 'off', String(0x90001)]);
    await withoutClient(other, () => machine.reloadDriver());
    expect(await values()).toEqual(['off', 'best-effort', 'off', String(0x150001)]);
  });

  it('is for root to choose', async () => {
    const machine = await a100();
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    await machine.setHost({ 'host.permissions': 'user' });
    expect(await client.status('nvmlDeviceSetVirtualizationMode', { handle: 0 }, { i32: 4 })).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDeviceSetVgpuHeterogeneousMode', { handle: 0 }, { buffer: 8, u32: [8 | (1 << 24), 1] })).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDeviceSetVgpuCapabilities', { handle: 0 }, { i32: 7 }, { i32: 0 })).toBe(NO_PERMISSION);
    expect(await client.status('nvmlDeviceSetVgpuSchedulerState', { handle: 0 }, { buffer: 16, u32: [2, 0] })).toBe(NO_PERMISSION);
    expect(await client.status('nvmlSetVgpuVersion', { buffer: 8, u32: [0x80001, 0x90001] })).toBe(NO_PERMISSION);
  });
});

describe('buffers and structs', () => {
  it('that are too small are told how long they must be, and left alone', async () => {
    const machine = await host('kvm-t4-4');
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    expect(await client.call('nvmlDeviceGetActiveVgpus', { handle: 0 }, { out: 'u32' }, null)).toMatchObject({ status: INSUFFICIENT_SIZE, out: [1] });
    expect(await client.call('nvmlVgpuTypeGetName', T4_4Q, { buffer: 4 }, { out: 'u32', value: 4 })).toMatchObject({ status: INSUFFICIENT_SIZE, out: ['00000000', 'GRID T4-4Q'.length + 1] });
    const asked = await client.call('nvmlVgpuInstanceGetMetadata', DESKTOP, { buffer: 8 }, { out: 'u32', value: 8 });
    expect(asked).toMatchObject({ status: INSUFFICIENT_SIZE, out: ['0'.repeat(16), expect.any(Number) as number] });
    const bytes = asked.out?.[1] as number;
    expect(await client.call('nvmlVgpuInstanceGetMetadata', DESKTOP, { buffer: bytes }, { out: 'u32', value: bytes })).toMatchObject({ status: 0 });
  });

  it('of the first version list placements of mixed sizes; a driver before 570 knows no others', async () => {
    const machine = await host('hgx-a100-8', { gpus: 1, driver: '550.127.06' });
    await machine.set(0, { 'vgpu.mode': 'vgpu-host' });
    const client = await Client.initialised(machine.nvmlLibrary, 1);
    const ask = (bytes: number, version: number) => client.call('nvmlDeviceGetVgpuTypeSupportedPlacements', { handle: 0 }, A100DX_20C, { buffer: bytes, u32: [bytes | (version << 24)] });
    const first = await ask(24, 1);
    expect(first.status).toBe(INSUFFICIENT_SIZE);
    expect(Buffer.from(first.out?.[0] as string, 'hex').readUInt32LE(8)).toBe(4);
    expect(await ask(32, 2)).toMatchObject({ status: MISMATCH });
  });

  it('of foreign metadata are refused', async () => {
    const client = await Client.initialised((await host('kvm-t4-4')).nvmlLibrary, 1);
    expect(await client.status('nvmlGetVgpuCompatibility', { buffer: 256 }, { buffer: 256 }, { buffer: 8 })).toBe(INVALID_ARGUMENT);
  });
});

it('on bare metal devices support nothing of it', async () => {
  const client = await Client.initialised((await host('hgx-h100-8', { gpus: 1 })).nvmlLibrary, 1);
  expect(await active(client)).toBe(NOT_SUPPORTED);
  expect(await client.status('nvmlDeviceGetSupportedVgpus', { handle: 0 }, { out: 'u32' }, null)).toBe(NOT_SUPPORTED);
  expect(await client.status('nvmlDeviceGetVgpuSchedulerState', { handle: 0 }, { buffer: 16 })).toBe(NOT_SUPPORTED);
  expect(await client.status('nvmlGetVgpuVersion', { buffer: 8 }, { buffer: 8 })).toBe(NOT_SUPPORTED);
  expect((await client.call('nvmlDeviceGetVirtualizationMode', { handle: 0 }, { out: 'i32' })).out).toEqual([0]);
});

it('what was chosen inside a GPU instance goes with the instance, which stays while a vGPU runs in it', async () => {
  const machine = await host(SLICED.profile);
  const nvml = await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', isolation: 'in-process' });
  try {
    const { raw } = nvml;
    const { device } = raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
    raw.nvmlDeviceSetMigMode({ device, mode: 1 });
    const create = () => raw.nvmlDeviceCreateGpuInstance({ device, profileId: 19 }).gpuInstance;
    const mode = (gpuInstance: bigint) => raw.nvmlGpuInstanceGetVgpuHeterogeneousMode({ gpuInstance, pHeterogeneousMode: {} as never }).pHeterogeneousMode.mode;
    const gpuInstance = create();
    raw.nvmlGpuInstanceSetVgpuHeterogeneousMode({ gpuInstance, pHeterogeneousMode: { mode: 1 } as never });
    const id = await machine.addVgpu({ gpu: 0, type: SLICED_6C });
    expect(() => raw.nvmlGpuInstanceDestroy({ gpuInstance })).toThrow(expect.objectContaining({ code: 'IN_USE' }) as Error);
    await machine.removeVgpu(id);
    expect(mode(gpuInstance)).toBe(1);
    raw.nvmlGpuInstanceDestroy({ gpuInstance });
    expect(mode(create())).toBe(0);
  } finally {
    await nvml.close();
  }
});
