/** What the simulated Fabric Manager lists, activates and deactivates, and what NVML and other processes see of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { Client } from './client.ts';
import { FmClient } from './fm-client.ts';
import { host } from './simulated-host.ts';

interface Row {
  readonly partitionId: number;
  readonly gpuPhysicalIds: readonly number[];
  readonly nvlinksPerGpu: number;
}
/** The guide's tables. */
const TABLES = JSON.parse(readFileSync(new URL('data/partitions.json', import.meta.url), 'utf8')) as Readonly<Record<'hgx2' | 'hgxA100' | 'hgxH100' | 'hgxB200', readonly Row[]>>;

const shared = (profile = 'hgx-h100-8') => host(profile, { fabricMode: 'shared' });
const among = (rows: readonly Row[], most: number) => rows.filter(({ gpuPhysicalIds }) => gpuPhysicalIds.every((id) => id <= most));

/** Each GPU's module id as NVML tells it, by index. */
async function moduleIds(machine: Machine, gpus: number): Promise<number[]> {
  const nvml = await Client.initialised(machine.nvmlLibrary, gpus);
  const ids: number[] = [];
  for (let gpu = 0; gpu < gpus; gpu++) ids.push((await nvml.call('nvmlDeviceGetModuleId', { handle: gpu }, { out: 'u32' })).out?.[0] as number);
  await nvml.leave();
  return ids;
}

/** How many NVLinks of each GPU NVML tells as active, by module id. */
async function activeLinks(machine: Machine, links: number, gpus = 8): Promise<Record<number, number>> {
  const ids = await moduleIds(machine, gpus);
  const nvml = await Client.initialised(machine.nvmlLibrary, gpus);
  const found: Record<number, number> = {};
  for (let gpu = 0; gpu < gpus; gpu++) {
    let active = 0;
    for (let link = 0; link < links; link++) active += (await nvml.call('nvmlDeviceGetNvLinkState', { handle: gpu }, link, { out: 'u32' })).out?.[0] as number;
    found[ids[gpu] as number] = active;
  }
  await nvml.leave();
  return found;
}

describe('the default partitions', () => {
  const boards = [
    ['hgx2-v100-16', TABLES.hgx2, 25781],
    ['hgx-a100-8', among(TABLES.hgxA100, 8), 25000],
    ['hgx-h100-8', TABLES.hgxH100, 26562],
    ['hgx-h200-8', TABLES.hgxH100, 26562],
    ['hgx-b200-8', TABLES.hgxB200, 53125],
  ] as const;

  it.each(boards)('of %s are those of the guide', async (profile, rows, rate) => {
    const { status, count, most, partitions } = await (await FmClient.connected(await shared(profile))).list();
    expect([status, count, most]).toEqual([0, rows.length, rows.length]);
    expect(partitions.map(({ id, gpus }) => ({ partitionId: id, gpuPhysicalIds: gpus.map(({ physicalId }) => physicalId), nvlinksPerGpu: gpus[0]?.maxNumNvLinks }))).toEqual(rows);
    for (const { isActive, numGpus, gpus } of partitions) {
      expect([isActive, numGpus]).toEqual([0, gpus.length]);
      for (const gpu of gpus) expect([gpu.numNvLinksAvailable, gpu.nvlinkLineRateMBps]).toEqual([gpu.maxNumNvLinks, rate]);
    }
  });

  it('of two A100 baseboards are all 35', async () => {
    const { partitions } = await (await FmClient.connected(await host('hgx-a100-8', { fabricMode: 'shared', gpus: 16 }))).list();
    expect(partitions.map(({ id }) => id)).toEqual(TABLES.hgxA100.map(({ partitionId }) => partitionId));
  });

  it('name GPUs by UUID and address until A100, by nothing but the module id from H100 on', async () => {
    for (const [profile, named] of [['hgx2-v100-16', true], ['hgx-a100-8', true], ['hgx-h100-8', false], ['hgx-b200-8', false]] as const) {
      const machine = await shared(profile);
      const gpus = (await machine.show()).gpus;
      const ids = await moduleIds(machine, gpus.length);
      const { partitions } = await (await FmClient.connected(machine)).list();
      for (const gpu of partitions.flatMap((partition) => partition.gpus)) {
        const real = gpus[ids.indexOf(gpu.physicalId)];
        expect([gpu.uuid, gpu.pciBusId]).toEqual(named ? [real?.uuid, real?.pciBusId] : ['', '']);
      }
    }
  });

  it('are told to nobody on bare metal', async () => {
    const client = await FmClient.connected(await host('hgx-h100-8'));
    expect([(await client.list()).status, await client.activate(1), await client.deactivate(1), (await client.unsupported()).status, await client.setActivated([])]).toEqual([-3, -3, -3, -3, -3]);
  });
});

describe('module ids', () => {
  it.each(['hgx2-v100-16', 'hgx-a100-8', 'hgx-h100-8', 'hgx-h200-8', 'hgx-b200-8'])('of %s are all there, and not in the order of the PCI bus', async (profile) => {
    const machine = await shared(profile);
    const gpus = (await machine.show()).gpus.length;
    const ids = await moduleIds(machine, gpus);
    const inOrder = Array.from({ length: gpus }, (_, i) => i + 1);
    expect([...ids].sort((a, b) => a - b)).toEqual(inOrder);
    expect(ids).not.toEqual(inOrder);
  });
});

describe('activation', () => {
  it('makes a partition active for every process, deactivation takes it back', async () => {
    const machine = await shared();
    const [one, two] = [await FmClient.connected(machine), await FmClient.connected(machine)];
    expect([await one.activate(1), await two.active()]).toEqual([0, [1]]);
    expect([await two.activate(5), await one.active()]).toEqual([0, [1, 5]]);
    expect([await two.deactivate(1), await one.active()]).toEqual([0, [5]]);
  });

  it('outlives its client, however that ends', async () => {
    const machine = await shared();
    const one = await FmClient.connected(machine);
    expect(await one.activate(2)).toBe(0);
    await one.process.kill('SIGKILL');
    expect(await (await FmClient.connected(machine)).active()).toEqual([2]);
  });

  it('clashes with itself and with what shares a GPU', async () => {
    const client = await FmClient.connected(await shared());
    expect(await client.activate(1)).toBe(0);
    // Of 1 (1-4): 1 again, 0 (1-8), 3 (1,3), 7 (1); not 2 (5-8).
    expect([await client.activate(1), await client.activate(0), await client.activate(3), await client.activate(7), await client.activate(2)]).toEqual([-7, -7, -7, -7, 0]);
    expect(await client.active()).toEqual([1, 2]);
  });

  it('knows only ids of the list, and deactivates only what is active', async () => {
    const client = await FmClient.connected(await shared());
    expect([await client.activate(15), await client.deactivate(15), await client.deactivate(1)]).toEqual([-1, -1, -4]);
    const b200 = await FmClient.connected(await shared('hgx-b200-8'));
    expect([await b200.activate(0), await b200.activate(15)]).toEqual([-1, 0]);
  });

  it('answers clashes with the codes of newer versions where it is told to', async () => {
    const machine = await shared();
    await machine.setHost({ 'fabric-manager.codes': 'field' });
    const client = await FmClient.connected(machine);
    expect([await client.activate(1), await client.activate(1), await client.activate(0), await client.deactivate(1), await client.deactivate(1)]).toEqual([0, -17, -17, 0, -18]);
  });

  it('fails with a GPU that is lost', async () => {
    const machine = await shared();
    const ids = await moduleIds(machine, 8);
    await machine.inject({ kind: 'gpu-lost', gpu: ids.indexOf(4) });
    const client = await FmClient.connected(machine);
    expect([await client.activate(1), await client.activate(2)]).toEqual([-2, 0]);
    expect((await client.list()).count).toBe(15);
  });
});

describe('NVLinks as NVML tells them', () => {
  it('are up on bare metal, down in shared mode until a partition is active', async () => {
    const all = (links: number) => Object.fromEntries(Array.from({ length: 8 }, (_, i) => [i + 1, links]));
    expect(await activeLinks(await host('hgx-h100-8'), 18)).toEqual(all(18));
    const machine = await shared();
    expect(await activeLinks(machine, 18)).toEqual(all(0));
    const client = await FmClient.connected(machine);
    expect([await client.activate(3), await client.activate(9 + 5)]).toEqual([0, 0]);
    // 3 is {1,3} with 18 links, 14 is {8} with none.
    expect(await activeLinks(machine, 18)).toEqual({ ...all(0), 1: 18, 3: 18 });
    expect(await client.deactivate(3)).toBe(0);
    expect(await activeLinks(machine, 18)).toEqual(all(0));
  });

  it('are five of six in a small partition of HGX-2', async () => {
    const machine = await shared('hgx2-v100-16');
    expect(await (await FmClient.connected(machine)).activate(9)).toBe(0);
    const links = await activeLinks(machine, 6, 16);
    expect(Object.entries(links).filter(([, count]) => count > 0)).toEqual([['1', 5], ['4', 5]]);
  });
});

describe('vGPU mode', () => {
  /** One virtual function of each GPU with these module ids. */
  async function functionsOf(machine: Machine, wanted: readonly number[]): Promise<[number, number, number, number][]> {
    const gpus = (await machine.show()).gpus;
    const ids = await moduleIds(machine, gpus.length);
    return wanted.map((id) => [0, parseInt((gpus[ids.indexOf(id)]?.pciBusId ?? '').slice(9, 11), 16), 0, 4]);
  }

  it('wants one virtual function of each GPU, in the order of the partition', async () => {
    const machine = await host('hgx-a100-8', { fabricMode: 'vgpu' });
    const client = await FmClient.connected(machine);
    const functions = await functionsOf(machine, [3, 4]);
    const [first, second] = functions as [(typeof functions)[number], (typeof functions)[number]];
    const physical = functions.map(([domain, bus]) => [domain, bus, 0, 0] as const);
    const wrong = [[first], [second, first], [first, first], [first, second, second], physical];
    for (const list of wrong) expect(await client.activateWith(12, list)).toBe(-1);
    expect(await client.active()).toEqual([]);
    expect([await client.activateWith(12, functions), await client.active()]).toEqual([0, [12]]);
    const state = (await machine.show()).fabricManager?.partitions.find(({ id }) => id === 12);
    expect(state?.virtualFunctions).toBe(functions.map(([, bus]) => `0000:${bus.toString(16).padStart(2, '0')}:00.4`).join(','));
  });

  it('takes no activation without virtual functions, shared mode none with them', async () => {
    const vgpu = await host('hgx-a100-8', { fabricMode: 'vgpu' });
    expect(await (await FmClient.connected(vgpu)).activate(12)).toBe(-3);
    const machine = await shared('hgx-a100-8');
    expect(await (await FmClient.connected(machine)).activateWith(12, await functionsOf(machine, [3, 4]))).toBe(-3);
  });

  it('is not to be had on HGX-2, nor any mode without NVSwitches', async () => {
    await expect(host('hgx2-v100-16', { fabricMode: 'vgpu' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(host('t4-4', { fabricMode: 'shared' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('MIG', () => {
  /** On by NVML, which on A100 takes a reset. */
  async function withMig(profile: string, moduleId: number): Promise<Machine> {
    const machine = await shared(profile);
    await machine.setHost({ 'host.permissions': 'root' });
    const gpu = (await moduleIds(machine, 8)).indexOf(moduleId);
    const nvml = await Client.initialised(machine.nvmlLibrary);
    expect(await nvml.status('nvmlDeviceSetMigMode', { handle: gpu }, 1, { out: 'u32' })).toBe(0);
    await nvml.leave();
    await machine.reset(gpu);
    return machine;
  }

  it('on A100 fails partitions of several GPUs, not single ones; on H100 none', async () => {
    const a100 = await FmClient.connected(await withMig('hgx-a100-8', 1));
    expect([await a100.activate(7), await a100.activate(11), await a100.activate(8), await a100.activate(19)]).toEqual([-2, -2, 0, 0]);
    const h100 = await FmClient.connected(await withMig('hgx-h100-8', 1));
    expect(await h100.activate(1)).toBe(0);
  });

  it('on A100 takes the GPU\'s partitions from the list at the next start', async () => {
    const machine = await withMig('hgx-a100-8', 1);
    await machine.fabricManager('restart');
    await machine.advance(10);
    const client = await FmClient.connected(machine);
    const without = among(TABLES.hgxA100, 8).filter(({ gpuPhysicalIds }) => !gpuPhysicalIds.includes(1));
    expect((await client.list()).partitions.map(({ id }) => id)).toEqual(without.map(({ partitionId }) => partitionId));
  });
});
