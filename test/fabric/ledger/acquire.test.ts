import { describe, expect, it } from 'vitest';
import { ModuleMap } from '../../../lib/fabric/module-ids/module-map.ts';
import { partitionsOf } from '../baseboards.ts';
import { SimulatedFabric } from '../simulated-fabric.ts';
import { addressOf, startDesk, uuidOf } from './desk.ts';

const error = (code: string, sentence: RegExp) => ({ code, message: expect.stringMatching(sentence) as string });

describe('an owner acquires', () => {
  it('a partition, and the GPUs of that partition by module: neither PCI order nor identity', async () => {
    const { ledger, fabric } = await startDesk();
    const acquired = await ledger.acquire('vm-a', { gpus: 4 });
    expect(acquired).toMatchObject({ owner: 'vm-a', partitionId: 1, repeated: false, dryRun: false, generation: 1, refused: [] });
    expect(acquired.gpus).toEqual([1, 2, 3, 4].map((module) => ({ physicalId: module, pciBusId: addressOf(module), uuid: uuidOf(module) })));
    expect(acquired.left.room).toEqual([
      { size: 4, partitions: 1, together: 1 },
      { size: 2, partitions: 2, together: 2 },
      { size: 1, partitions: 4, together: 4 },
    ]);
    expect([...fabric.active]).toEqual([1]);
  });

  it('the one it has already when it asks again, for whatever fits it', async () => {
    const { ledger, fabric } = await startDesk();
    const first = await ledger.acquire('vm-a', { gpus: 2 });
    for (const request of [{ gpus: 2 }, { moduleIds: [3, 1] }, { pciBusIds: ['0000:87:00.0', '86:00.0'] }]) {
      expect(await ledger.acquire('vm-a', request)).toMatchObject({ partitionId: first.partitionId, repeated: true, generation: 1 });
    }
    expect(fabric.calls).toEqual(['activate 3']);
    await expect(ledger.acquire('vm-a', { gpus: 4 })).rejects.toMatchObject(error('INVALID_INPUT', /vm-a has partition 3, which is not 4 GPUs: release it first/));
  });

  it('the partition of exactly the GPUs it names, by module or by address', async () => {
    const { ledger } = await startDesk();
    expect(await ledger.acquire('vm-a', { moduleIds: [4, 2] })).toMatchObject({ partitionId: 4 });
    // By bus: 0F is module 5, 10 is module 7.
    expect(await ledger.acquire('vm-b', { pciBusIds: ['0000:10:00.0', '00000000:0F:00.0'] })).toMatchObject({ partitionId: 5 });
    await expect(ledger.acquire('vm-c', { moduleIds: [1, 2] })).rejects.toMatchObject(error('NO_PARTITION', /no partition has exactly these/));
    await expect(ledger.acquire('vm-c', { moduleIds: [9] })).rejects.toMatchObject(error('NO_PARTITION', /module id 9/));
    await expect(ledger.acquire('vm-c', { pciBusIds: ['0000:99:00.0'] })).rejects.toMatchObject(error('MODULE_ID_UNKNOWN', /99:00\.0 is in no known module/));
  });

  it('nothing where nothing fits, told partition by partition', async () => {
    const { ledger } = await startDesk();
    await ledger.acquire('vm-a', { gpus: 8 });
    await expect(ledger.acquire('vm-b', { gpus: 4 })).rejects.toMatchObject(error('NO_PARTITION', /partition 1: partition 0, with a GPU of it, is active for vm-a; partition 2: .*vm-a/));
    await expect(ledger.acquire('vm-b', { gpus: 3 })).rejects.toMatchObject(error('NO_PARTITION', /has that many: there are partitions of 1, 2, 4, 8/));
  });

  it('nothing, in a dry run, and is told what it would be and what would be left', async () => {
    const desk = await startDesk();
    const dry = await desk.ledger.acquire('vm-a', { gpus: 2 }, { dryRun: true });
    expect(dry).toMatchObject({ partitionId: 3, dryRun: true, generation: null });
    expect(dry.left.partitions).toEqual([2, 4, 5, 6, 8, 10, 11, 12, 13, 14]);
    expect([desk.fabric.calls, await desk.record()]).toEqual([[], { generation: 0, holdings: [], operations: [], restoring: null, observed: null, quarantined: [] }]);
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: dry.partitionId, left: dry.left });
  });

  it.each([
    [{ gpus: 0 }, /0 GPUs/],
    [{ gpus: 1.5 }, /1.5 GPUs/],
    [{ moduleIds: [] }, /is empty/],
    [{ moduleIds: [1, 1] }, /names 1 twice/],
    [{ pciBusIds: ['86:00.0', '0000:86:00.0'] }, /names 00000000:86:00\.0 twice/],
    [{ pciBusIds: ['gpu0'] }, /"gpu0": is no PCI address/],
  ])('nothing for %o', async (request, sentence) => {
    const { ledger } = await startDesk();
    await expect(ledger.acquire('vm-a', request)).rejects.toMatchObject(error('INVALID_INPUT', sentence));
  });

  it.each(['', 'a\nb', 'x'.repeat(257)])('nothing as %j', async (owner) => {
    const { ledger } = await startDesk();
    await expect(ledger.acquire(owner, { gpus: 1 })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(ledger.release(owner)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});

describe('which GPUs these are', () => {
  it('is told by Fabric Manager itself up to A100', async () => {
    const board = partitionsOf('a100').map((partition) => ({ ...partition, gpus: partition.gpus.map((gpu) => ({ ...gpu, pciBusId: `00000000:${(0x90 - gpu.physicalId).toString(16).toUpperCase()}:00.0`, uuid: `GPU-${gpu.physicalId}` })) }));
    const desk = await startDesk(new SimulatedFabric(board), { moduleIds: { known: async () => new ModuleMap([]) } });
    expect((await desk.ledger.acquire('vm-a', { pciBusIds: ['8f:00.0', '8e:00.0'] })).gpus).toEqual([
      { physicalId: 1, pciBusId: '00000000:8F:00.0', uuid: 'GPU-1' },
      { physicalId: 2, pciBusId: '00000000:8E:00.0', uuid: 'GPU-2' },
    ]);
  });

  it('must not be told in two ways', async () => {
    const board = partitionsOf('h100').map((partition) => ({ ...partition, gpus: partition.gpus.map((gpu) => ({ ...gpu, pciBusId: addressOf(9 - gpu.physicalId) })) }));
    const desk = await startDesk(new SimulatedFabric(board));
    await expect(desk.ledger.acquire('vm-a', { gpus: 1 })).rejects.toMatchObject(error('MODULE_ID_UNKNOWN', /Fabric Manager says .* the module ids says/));
  });

  it('must be known, unless the owner names modules', async () => {
    const { ledger, fabric } = await startDesk(new SimulatedFabric(), { moduleIds: { known: async () => new ModuleMap([{ moduleId: 1, pciBusId: addressOf(1), uuid: null }]) } });
    await expect(ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject(error('MODULE_ID_UNKNOWN', /partition 3: GPU 3: which GPU sits in this module is not known/));
    expect(fabric.calls).toEqual([]);
    expect(await ledger.acquire('vm-b', { gpus: 1 })).toMatchObject({ partitionId: 7 });
    expect((await ledger.acquire('vm-a', { moduleIds: [2, 4] })).gpus).toEqual([2, 4].map((physicalId) => ({ physicalId, pciBusId: null, uuid: null })));
  });
});

describe('a partition with a sick member', () => {
  it('is refused with the reason, and another is given', async () => {
    const { ledger, health } = await startDesk();
    health.set(2, { ok: false, why: 'a row remap is pending' });
    const acquired = await ledger.acquire('vm-a', { gpus: 4 });
    expect(acquired).toMatchObject({ partitionId: 2, refused: [{ id: 1, refusals: [{ kind: 'unhealthy', why: 'GPU 2: a row remap is pending' }] }] });
    await expect(ledger.acquire('vm-b', { gpus: 8 })).rejects.toMatchObject(error('NO_PARTITION', /GPU 2: a row remap is pending/));
  });

  it('is refused also where its health cannot be told', async () => {
    const { ledger } = await startDesk(new SimulatedFabric(), {
      memberHealth: (module) => {
        if (module === 1) throw new Error('the GPU does not answer');
        return { ok: true };
      },
    });
    expect(await ledger.acquire('vm-a', { gpus: 4 })).toMatchObject({ partitionId: 2, refused: [{ refusals: [{ kind: 'unhealthy', why: 'GPU 1: its health is not known (the GPU does not answer)' }] }] });
  });

  it('is refused also where nobody says anything of it', async () => {
    const { ledger } = await startDesk(new SimulatedFabric(), { answerMs: 10, memberHealth: (module) => (module === 1 ? new Promise(() => undefined) : { ok: true }) });
    expect(await ledger.acquire('vm-a', { gpus: 4 })).toMatchObject({ partitionId: 2, refused: [{ refusals: [{ why: 'GPU 1: its health is not known (no answer within 10 ms)' }] }] });
  });

  it('is refused while the member is quarantined, over restarts, and when the caller excludes it', async () => {
    const desk = await startDesk();
    await desk.ledger.quarantine(3, 'fell off the bus twice');
    await desk.ledger.quarantine(3, 'again');
    const dry = await desk.another().acquire('vm-a', { gpus: 4 }, { dryRun: true });
    expect(dry).toMatchObject({ partitionId: 2, refused: [{ id: 1, refusals: [{ kind: 'quarantined', why: 'GPU 3: is quarantined since 2026-01-01T00:00:00.000Z (fell off the bus twice)' }] }] });
    await expect(desk.ledger.acquire('vm-a', { gpus: 4 }, { exclude: [8] })).rejects.toMatchObject(error('NO_PARTITION', /GPU 3: is quarantined .*GPU 8: is excluded/));
    await desk.ledger.unquarantine(3);
    expect(await desk.ledger.acquire('vm-a', { gpus: 4 }, { exclude: [8] })).toMatchObject({ partitionId: 1 });
  });

  it('stays with its owner, who has it and is told so when asking again', async () => {
    const { ledger, health } = await startDesk();
    await ledger.acquire('vm-a', { gpus: 2 });
    health.set(1, { ok: false, why: 'is lost' });
    expect(await ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 3, repeated: true });
  });
});

describe('a partition that somebody else has activated', () => {
  it('is refused to everybody, and so is whatever shares a GPU with it', async () => {
    const { ledger, fabric } = await startDesk();
    fabric.active.add(3);
    await expect(ledger.acquire('vm-a', { moduleIds: [1, 3] })).rejects.toMatchObject(error('UNKNOWN_OWNER', /partition 3: it is active and nobody knows whose it is: find out whose/));
    await expect(ledger.acquire('vm-a', { gpus: 8 })).rejects.toMatchObject(error('UNKNOWN_OWNER', /partition 3, with a GPU of it, is active and nobody knows/));
    expect(await ledger.acquire('vm-a', { gpus: 4 })).toMatchObject({ partitionId: 2 });
    expect(fabric.cut).toEqual([]);
  });

  it('is nobody\'s either when that happened at the same moment', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', first: () => void desk.fabric.active.add(3) });
    await expect(desk.ledger.acquire('vm-a', { gpus: 2 })).rejects.toMatchObject(error('UNKNOWN_OWNER', /somebody else activated it at the same moment/));
    expect([await desk.owners(), await desk.begun()]).toEqual([{}, []]);
    expect(await desk.ledger.acquire('vm-a', { gpus: 2 })).toMatchObject({ partitionId: 4 });
  });

  it('makes room for another where it clashes with the one that was chosen', async () => {
    const desk = await startDesk();
    desk.fabric.mishaps.push({ call: 'activate', first: () => void desk.fabric.active.add(7) });
    const acquired = await desk.ledger.acquire('vm-a', { gpus: 2 });
    expect(acquired).toMatchObject({ partitionId: 4, refused: [{ id: 3, refusals: [{ kind: 'unknown-owner' }, { kind: 'failed' }] }] });
    expect(await desk.owners()).toEqual({ 4: 'vm-a' });
  });

  it('can be adopted by who knows whose it is', async () => {
    const desk = await startDesk();
    desk.fabric.active.add(3);
    expect(await desk.ledger.adopt('vm-old', 3)).toMatchObject({ owner: 'vm-old', partitionId: 3 });
    expect(await desk.ledger.adopt('vm-old', 3)).toMatchObject({ generation: 1 });
    await expect(desk.ledger.adopt('vm-b', 3)).rejects.toMatchObject(error('IN_USE', /it is vm-old's/));
    await expect(desk.ledger.adopt('vm-b', 4)).rejects.toMatchObject({ code: 'PARTITION_NOT_ACTIVE' });
    await expect(desk.ledger.adopt('vm-b', 99)).rejects.toMatchObject({ code: 'PARTITION_NOT_FOUND' });
    expect(await desk.ledger.release('vm-old')).toMatchObject({ partitionId: 3, how: 'deactivated' });
  });
});

describe('virtual functions', () => {
  const vf = (module: number) => `0000:${module}0:00.4`;

  it('go to Fabric Manager in the partition\'s order, in whatever order the GPUs were named', async () => {
    const { ledger, fabric } = await startDesk();
    expect(await ledger.acquire('vm-a', { moduleIds: [3, 1] }, { virtualFunctions: [vf(3), vf(1)] })).toMatchObject({ virtualFunctions: [vf(1), vf(3)] });
    expect(fabric.virtualFunctions.get(3)).toEqual([vf(1), vf(3)]);
    await ledger.acquire('vm-b', { pciBusIds: [addressOf(4), addressOf(2)] }, { virtualFunctions: [vf(4), vf(2)] });
    expect(fabric.virtualFunctions.get(4)).toEqual([vf(2), vf(4)]);
  });

  it('come from a function where any GPUs will do', async () => {
    const { ledger, fabric } = await startDesk();
    await ledger.acquire('vm-a', { gpus: 2 }, { virtualFunctions: async (gpus) => gpus.map((gpu) => vf(gpu.physicalId)) });
    expect(fabric.virtualFunctions.get(3)).toEqual([vf(1), vf(3)]);
  });

  it.each([
    ['for GPUs that are not chosen yet', { gpus: 2 }, [vf(1), vf(3)], /give a function/],
    ['one too few', { moduleIds: [1, 3] }, [vf(1)], /are 1 for 2 GPUs/],
    ['none', { moduleIds: [1, 3] }, [], /are 0 for 2 GPUs/],
    ['one too many', { gpus: 2 }, () => [vf(1), vf(2), vf(3)], /are 3 for 2 GPUs/],
    ['one twice', { moduleIds: [1, 3] }, [vf(1), vf(1)], /twice/],
    ['no address', { moduleIds: [1, 3] }, [vf(1), 'vf3'], /"vf3", which is no PCI address/],
  ])('are refused before anything is done: %s', async (_, request, virtualFunctions, sentence) => {
    const { ledger, fabric } = await startDesk();
    await expect(ledger.acquire('vm-a', request, { virtualFunctions })).rejects.toMatchObject(error('INVALID_INPUT', sentence));
    expect(fabric.calls).toEqual([]);
  });

  it('do not change under an owner that asks again', async () => {
    const { ledger } = await startDesk();
    await ledger.acquire('vm-a', { moduleIds: [1, 3] }, { virtualFunctions: [vf(1), vf(3)] });
    expect(await ledger.acquire('vm-a', { moduleIds: [3, 1] }, { virtualFunctions: [vf(3), vf(1)] })).toMatchObject({ repeated: true });
    await expect(ledger.acquire('vm-a', { moduleIds: [1, 3] }, { virtualFunctions: [vf(5), vf(3)] })).rejects.toMatchObject(error('INVALID_INPUT', /with other virtual functions/));
  });
});
