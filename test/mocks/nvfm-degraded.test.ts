/** What the simulated Fabric Manager makes of what is broken when it starts, by configuration, board and mode. */
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FabricMode, Machine } from '../../mocks/control/index.ts';
import { FmClient } from './fm-client.ts';
import { host } from './simulated-host.ts';

type Table = readonly { readonly partitionId: number; readonly gpuPhysicalIds: readonly number[] }[];
const A100 = (JSON.parse(readFileSync(new URL('data/partitions.json', import.meta.url), 'utf8')) as Record<'hgxA100', Table>).hgxA100;
/** Ids of the guide's table that the GPUs of two A100 baseboards are left with. */
const left = (stays: (gpus: readonly number[]) => boolean) => A100.filter(({ gpuPhysicalIds }) => stays(gpuPhysicalIds)).map(({ partitionId }) => partitionId);
const crosses = (gpus: readonly number[]) => gpus.some((id) => id <= 8) && gpus.some((id) => id > 8);
const all = left(() => true);

const twoBoards = (fabricMode: FabricMode = 'shared') => host('hgx-a100-8', { fabricMode, gpus: 16 });

async function restart(machine: Machine, settings: Readonly<Record<string, number>> = {}): Promise<void> {
  const file = join(machine.libraryDirectory, 'fabricmanager.cfg');
  let text = await readFile(file, 'utf8');
  for (const [key, value] of Object.entries(settings)) text = text.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`);
  await writeFile(file, text);
  await machine.fabricManager('restart');
  await machine.advance(10);
}

async function indexOf(machine: Machine, moduleId: number): Promise<number> {
  const attributes = await machine.attributes();
  const found = attributes.find(({ name, value }) => /^gpu\.\d+\.board\.module-id$/.test(name) && value === String(moduleId));
  return Number(found?.name.split('.')[1]);
}

const breakLink = async (machine: Machine, moduleId: number, link: number) => machine.set(await indexOf(machine, moduleId), { [`nvlink.link.${link}.failed`]: true });
const idsOf = async (client: FmClient) => (await client.list()).partitions.map(({ id }) => id);

/** How many links of the GPU a partition is told to have. */
async function available(client: FmClient, partition: number, moduleId: number): Promise<number | undefined> {
  return (await client.list()).partitions.find(({ id }) => id === partition)?.gpus.find(({ physicalId }) => physicalId === moduleId)?.numNvLinksAvailable;
}

describe('an access link of A100 that failed', () => {
  it('changes nothing until the daemon starts anew; then its GPU\'s partitions cannot be had', async () => {
    const machine = await twoBoards();
    await breakLink(machine, 3, 4);
    expect(await idsOf(await FmClient.connected(machine))).toEqual(all);
    await restart(machine);
    const client = await FmClient.connected(machine);
    const stay = left((gpus) => !gpus.includes(3));
    expect(await idsOf(client)).toEqual(stay);
    const { status, partitions } = await client.unsupported();
    expect(status).toBe(0);
    expect(partitions).toEqual(A100.filter(({ partitionId }) => !stay.includes(partitionId)).map(({ partitionId, gpuPhysicalIds }) => ({ id: partitionId, physicalIds: gpuPhysicalIds })));
    expect([await client.activate(7), await client.activate(8)]).toEqual([-1, 0]);
  });

  it('is told from both of its ends', async () => {
    const machine = await twoBoards();
    const gpu = await indexOf(machine, 3);
    const attributes = new Map((await machine.attributes(gpu)).map(({ name, value }) => [name, value]));
    const end = (what: string) => Number(attributes.get(`gpu.${gpu}.nvlink.link.4.remote-${what}`));
    await breakLink(machine, 3, 4);
    await breakLink(machine, 3, 5);
    const { status, gpus, switches } = await (await FmClient.connected(machine)).failed();
    const real = (await machine.show()).gpus[gpu];
    expect([status, gpus]).toEqual([0, [{ uuid: real?.uuid, pciBusId: real?.pciBusId, ports: [4, 5] }]]);
    const place = `00000000:${end('bus').toString(16).toUpperCase().padStart(2, '0')}:00.0`;
    // Links 4 and 5 of an A100 go to the same switch.
    expect(switches).toEqual([{ uuid: '', pciBusId: place, ports: [end('link'), Number(attributes.get(`gpu.${gpu}.nvlink.link.5.remote-link`))] }]);
  });

  it('with ACCESS_LINK_FAILURE_MODE=1 costs every GPU the links to that switch, and no partition', async () => {
    const machine = await twoBoards();
    await breakLink(machine, 3, 4);
    await restart(machine, { ACCESS_LINK_FAILURE_MODE: 1 });
    const client = await FmClient.connected(machine);
    expect(await idsOf(client)).toEqual(all);
    // Two of twelve links: five sixths of the bandwidth.
    expect([await available(client, 1, 3), await available(client, 1, 1)]).toEqual([10, 10]);
    await breakLink(machine, 3, 0);
    await restart(machine);
    expect((await idsOf(await FmClient.connected(machine))), 'failures to two switches: the GPU is out').toEqual(left((gpus) => !gpus.includes(3)));
  });
});

describe('a trunk link of A100 that failed', () => {
  const breakTrunk = (machine: Machine, nvswitch: number) => machine.setHost({ [`fabric-manager.switch.${nvswitch}.failed-trunk-ports`]: 1 });

  it('takes the partitions across baseboards', async () => {
    const machine = await twoBoards();
    await breakTrunk(machine, 2);
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine))).toEqual(left((gpus) => !crosses(gpus)));
  });

  it('with TRUNK_LINK_FAILURE_MODE=1 takes bandwidth instead, as long as it is one pair of switches', async () => {
    const machine = await twoBoards();
    await breakTrunk(machine, 2);
    await restart(machine, { TRUNK_LINK_FAILURE_MODE: 1 });
    const client = await FmClient.connected(machine);
    expect([await idsOf(client), await available(client, 0, 16), await available(client, 0, 1)]).toEqual([all, 10, 10]);
    await breakTrunk(machine, 8);
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine)), 'the same pair, from its other end').toEqual(all);
    await breakTrunk(machine, 3);
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine)), 'another pair').toEqual(left((gpus) => !crosses(gpus)));
  });

  it('takes them in vGPU mode whatever is configured', async () => {
    const machine = await twoBoards('vgpu');
    await breakTrunk(machine, 2);
    await restart(machine, { TRUNK_LINK_FAILURE_MODE: 1 });
    expect(await idsOf(await FmClient.connected(machine))).toEqual(left((gpus) => !crosses(gpus)));
  });

  it('on bare metal ends the daemon, unless it is to stay or to go on with less', async () => {
    const machine = await twoBoards('bare-metal');
    await breakTrunk(machine, 2);
    const state = async () => (await machine.show()).fabricManager?.state;
    await restart(machine);
    expect(await state()).toBe('failed');
    await restart(machine, { FM_STAY_RESIDENT_ON_FAILURES: 1 });
    expect(await state()).toBe('resident');
    await restart(machine, { TRUNK_LINK_FAILURE_MODE: 1 });
    expect(await state()).toBe('up');
  });
});

describe('an NVSwitch that failed', () => {
  const breakSwitch = (machine: Machine, nvswitch: number) => machine.setHost({ [`fabric-manager.switch.${nvswitch}.failed`]: true });

  it('takes the partitions of several GPUs of its baseboard, and those across', async () => {
    const machine = await twoBoards();
    await breakSwitch(machine, 7);
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine))).toEqual(left((gpus) => gpus.length === 1 || gpus.every((id) => id <= 8)));
  });

  it('leaves one baseboard alone with single GPUs', async () => {
    const machine = await host('hgx-a100-8', { fabricMode: 'shared' });
    await breakSwitch(machine, 0);
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine))).toEqual(left((gpus) => gpus.length === 1 && (gpus[0] as number) <= 8));
  });

  it('with NVSWITCH_FAILURE_MODE=1 takes bandwidth, if it is the only one', async () => {
    const machine = await twoBoards();
    await breakSwitch(machine, 7);
    await restart(machine, { NVSWITCH_FAILURE_MODE: 1 });
    const client = await FmClient.connected(machine);
    expect([await idsOf(client), await available(client, 1, 1)]).toEqual([all, 10]);
    await breakSwitch(machine, 1);
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine))).toEqual(left((gpus) => gpus.length === 1));
  });

  it('on H100 ends the daemon, whatever is configured', async () => {
    const machine = await host('hgx-h100-8', { fabricMode: 'shared' });
    await breakSwitch(machine, 1);
    await restart(machine, { NVSWITCH_FAILURE_MODE: 1 });
    expect((await machine.show()).fabricManager?.state).toBe('failed');
    await restart(machine, { FM_STAY_RESIDENT_ON_FAILURES: 1 });
    const client = await FmClient.connected(machine);
    expect([(await client.list()).status, await client.activate(1)]).toEqual([-8, -8]);
  });
});

describe('a GPU that is lost', () => {
  it('takes its partitions from the list of A100 at the next start', async () => {
    const machine = await twoBoards();
    await machine.inject({ kind: 'gpu-lost', gpu: await indexOf(machine, 12) });
    await restart(machine);
    expect(await idsOf(await FmClient.connected(machine))).toEqual(left((gpus) => !gpus.includes(12)));
  });
});

describe('from H100 on', () => {
  it('every partition is listed whatever is broken, nothing is unsupported, nothing failed; the link is down', async () => {
    const machine = await host('hgx-h100-8', { fabricMode: 'shared' });
    await breakLink(machine, 1, 5);
    await machine.inject({ kind: 'gpu-lost', gpu: await indexOf(machine, 8) });
    await restart(machine, { ACCESS_LINK_FAILURE_MODE: 1 });
    const client = await FmClient.connected(machine);
    expect([(await client.list()).count, await client.unsupported(), await client.failed()]).toEqual([15, { status: 0, partitions: [] }, { status: 0, gpus: [], switches: [] }]);
    expect([await available(client, 0, 1), await available(client, 0, 2), await client.activate(1)]).toEqual([17, 18, 0]);
    const gpu = await indexOf(machine, 1);
    const states = (await machine.attributes(gpu)).filter(({ name }) => /nvlink\.link\.\d+\.state$/.test(name)).slice(0, 18).map(({ value }) => value);
    expect(states).toEqual(Array.from({ length: 18 }, (_, link) => (link === 5 ? 'inactive' : 'active')));
  });
});
