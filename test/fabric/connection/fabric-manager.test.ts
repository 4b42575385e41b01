/** What a FabricManager promises, in every way in which its library can be called. */
import { describe, expect, it } from 'vitest';
import { FabricManager } from '../../../lib/fabric/index.ts';
import { WAYS } from '../../nvml/backends.ts';
import { activeIn, connected, fabricHost } from '../fabric-host.ts';

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

describe.each(WAYS)('Fabric Manager through %s', (_, way) => {
  it('lists the partitions of the board, by module ids alone from H100 on', async () => {
    const manager = await connected(await fabricHost(), way);
    const partitions = await manager.partitions();
    // Fabric Manager User Guide, 11.3.1.
    expect(partitions.map(({ id, gpus }) => [id, gpus.map(({ physicalId }) => physicalId)])).toEqual([
      [0, [1, 2, 3, 4, 5, 6, 7, 8]], [1, [1, 2, 3, 4]], [2, [5, 6, 7, 8]], [3, [1, 3]], [4, [2, 4]], [5, [5, 7]], [6, [6, 8]],
      ...Array.from({ length: 8 }, (__, place) => [7 + place, [place + 1]]),
    ]);
    expect(partitions[1]?.gpus[0]).toMatchObject({ uuid: null, pciBusId: null, nvLinksMax: 18 });
  });

  it('tells who they are on an A100 board', async () => {
    const machine = await fabricHost('hgx-a100-8');
    const [all] = await (await connected(machine, way)).partitions();
    const { gpus } = await machine.show();
    expect(new Set(all?.gpus.map(({ uuid }) => uuid))).toEqual(new Set(gpus.map(({ uuid }) => uuid)));
    expect(new Set(all?.gpus.map(({ pciBusId }) => pciBusId))).toEqual(new Set(gpus.map(({ pciBusId }) => pciBusId)));
  });

  it('activates and deactivates; repeated and clashing ones are told apart', async () => {
    const manager = await connected(await fabricHost(), way);
    await manager.activate(3);
    expect(await activeIn(manager)).toEqual([3]);
    await expect(manager.activate(3)).rejects.toThrow(code('IN_USE'));
    await expect(manager.activate(1)).rejects.toThrow(code('IN_USE'));
    await expect(manager.activate(63)).rejects.toThrow(code('INVALID_ARGUMENT'));
    await manager.deactivate(3);
    await expect(manager.deactivate(3)).rejects.toThrow(code('PARTITION_NOT_ACTIVE'));
    expect(await activeIn(manager)).toEqual([]);
  });

  it('understands the codes of the field as well', async () => {
    const machine = await fabricHost();
    await machine.setHost({ 'fabric-manager.codes': 'field' });
    const manager = await connected(machine, way);
    await manager.activate(3);
    await expect(manager.activate(3)).rejects.toMatchObject({ code: 'IN_USE', status: -17 });
    await manager.deactivate(3);
    await expect(manager.deactivate(3)).rejects.toMatchObject({ code: 'PARTITION_NOT_ACTIVE', status: -18 });
  });

  it('speaks to a library of 525, which knows the old parameters alone', async () => {
    const machine = await fabricHost();
    await machine.setHost({ 'fabric-manager.library': '525' });
    const manager = await connected(machine, way);
    expect(await manager.partitions()).toHaveLength(15);
    await manager.close();
    await expect(connected(machine, { ...way, vsock: '3:6666' })).rejects.toThrow(code('VERSION_MISMATCH'));
  });

  it('says who is not there, and who is not ready', async () => {
    const machine = await fabricHost();
    await machine.fabricManager('stop');
    await expect(connected(machine, way)).rejects.toThrow(code('FABRIC_UNREACHABLE'));
    await machine.freezeClock();
    await machine.fabricManager('start');
    const manager = await connected(machine, way);
    await expect(manager.partitions()).rejects.toThrow(code('FABRIC_NOT_READY'));
    await machine.advance(10);
    expect(await manager.partitions()).toHaveLength(15);
  });

  it('says that bare metal has no partitions', async () => {
    const manager = await connected(await fabricHost('hgx-h100-8', { fabricMode: 'bare-metal' }), way);
    await expect(manager.partitions()).rejects.toThrow(code('NOT_SUPPORTED'));
    await expect(manager.activate(1)).rejects.toThrow(code('NOT_SUPPORTED'));
  });

  it('outlives a restart of the daemon', async () => {
    const machine = await fabricHost();
    const manager = await connected(machine, way);
    await manager.activate(1);
    await machine.fabricManager('restart');
    await machine.advance(10);
    expect(await activeIn(manager)).toEqual([]);
  });

  it('hands the active set back after a restart in restart mode, and only then', async () => {
    const machine = await fabricHost();
    const manager = await connected(machine, way);
    await manager.activate(1);
    await expect(manager.restoreActivated([1])).rejects.toThrow();
    await machine.freezeClock();
    await machine.fabricManager('restart', { restart: true });
    await machine.advance(5);
    await expect(manager.partitions()).rejects.toThrow(code('FABRIC_NOT_READY'));
    await manager.restoreActivated([1]);
    expect(await activeIn(manager)).toEqual([1]);
  });

  it('wants a virtual function for each GPU in vGPU mode', async () => {
    const manager = await connected(await fabricHost('hgx-h100-8', { fabricMode: 'vgpu' }), way);
    await expect(manager.activate(3, { virtualFunctions: ['0000:86:00.4'] })).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(manager.activate(3, { virtualFunctions: [] })).rejects.toThrow(code('INVALID_INPUT'));
    await expect(manager.activate(3)).rejects.toThrow();
    expect(await activeIn(manager)).toEqual([]);
  });

  it.each([
    ['dies-before', []],
    ['dies-after', [3]],
    ['times-out-undone', []],
    ['times-out-done', [3]],
  ])('does not guess what came of a change: %s', async (next, after) => {
    const machine = await fabricHost();
    const manager = await connected(machine, way);
    await machine.setHost({ 'fabric-manager.next-request': next });
    await expect(manager.activate(3)).rejects.toThrow(code('OUTCOME_UNKNOWN'));
    const { partitions } = (await machine.show()).fabricManager ?? { partitions: [] };
    expect(partitions.filter(({ routed }) => routed).map(({ id }) => id)).toEqual(after);
  });

  it('believes no list that cannot be', async () => {
    const machine = await fabricHost();
    const manager = await connected(machine, way);
    await machine.setHost({ 'fabric-manager.list.partition-count': 65 });
    await expect(manager.partitions()).rejects.toThrow(code('IMPLAUSIBLE_ANSWER'));
    await machine.setHost({ 'fabric-manager.list.partition-count': null, 'fabric-manager.list.gpu-count': 17 });
    await expect(manager.partitions()).rejects.toThrow(code('IMPLAUSIBLE_ANSWER'));
  });

  it('serves several at once, one after the other', async () => {
    const manager = await connected(await fabricHost(), way);
    const lists = await Promise.all(Array.from({ length: 8 }, () => manager.partitions()));
    expect(lists.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 15));
  });

  it('is closed once and for all', async () => {
    const manager = await connected(await fabricHost(), way);
    await manager.close();
    await manager.close();
    await expect(manager.partitions()).rejects.toThrow(code('CLOSED'));
    await expect(manager.activate(1)).rejects.toThrow(code('CLOSED'));
  });
});

describe.each(WAYS.filter(([, { isolation }]) => isolation === 'helper-process'))('a library that hangs or crashes, in %s', (_, way) => {
  it('does not keep anybody beyond the deadline, and the next call works', async () => {
    const machine = await fabricHost();
    const manager = await connected(machine, { ...way, deadlineMs: 700, changeDeadlineMs: 700 });
    await machine.setHost({ 'fabric-manager.manners': 'silent' });
    await expect(manager.partitions()).rejects.toThrow(code('DEVICE_UNRESPONSIVE'));
    await expect(manager.activate(3)).rejects.toThrow(code('OUTCOME_UNKNOWN'));
    await machine.setHost({ 'fabric-manager.manners': 'answers' });
    expect(await manager.partitions({ deadlineMs: 10_000 })).toHaveLength(15);
  });

  it('takes nobody along', async () => {
    const machine = await fabricHost();
    const manager = await connected(machine, way);
    await machine.setHost({ 'fabric-manager.when-it-dies': 'crash', 'fabric-manager.next-request': 'dies-after' });
    await expect(manager.activate(3)).rejects.toThrow(code('OUTCOME_UNKNOWN'));
    await machine.fabricManager('start');
    await machine.advance(10);
    expect(await activeIn(manager)).toEqual([]);
  });

  it('an aborted question ends at once; an order that has begun is awaited', async () => {
    const machine = await fabricHost();
    const manager = await connected(machine, { ...way, changeDeadlineMs: 700 });
    await machine.setHost({ 'fabric-manager.manners': 'silent' });
    const stop = new AbortController();
    const asked = manager.partitions({ signal: stop.signal, deadlineMs: 60_000 });
    setTimeout(() => stop.abort(), 100);
    await expect(asked).rejects.toThrow(code('ABORTED'));
  });
});

it('two in one process are refused, with what to do', async () => {
  const machine = await fabricHost();
  await connected(machine, { backend: 'addon', isolation: 'in-process' });
  await expect(connected(machine, { backend: 'addon', isolation: 'in-process' })).rejects.toMatchObject({ code: 'IN_USE', message: expect.stringMatching(/helper-process/) as string });
});

it('without a library there is a sentence', async () => {
  await expect(FabricManager.connect({ library: '/nowhere/libnvfm.so.1' })).rejects.toMatchObject({ code: 'LIBRARY_NOT_FOUND', message: expect.stringMatching(/\/nowhere\/libnvfm\.so\.1/) as string });
  await expect(FabricManager.connect()).rejects.toMatchObject({ code: 'LIBRARY_NOT_FOUND', message: expect.stringMatching(/nvidia-fabricmanager-dev/) as string });
});
