/** What can be made to go wrong between a client and the simulated Fabric Manager. */
import { describe, expect, it } from 'vitest';
import type { Machine } from '../../mocks/control/index.ts';
import { FmClient } from './fm-client.ts';
import { host } from './simulated-host.ts';

const shared = () => host('hgx-h100-8', { fabricMode: 'shared' });
const active = async (machine: Machine) => (await machine.show()).fabricManager?.partitions.filter((partition) => partition.active).map(({ id }) => id);

/** Whether a call is still out when others have had time to be answered. */
async function isOut(call: Promise<unknown>, machine: Machine): Promise<boolean> {
  const other = await FmClient.open(machine);
  await other.status('fmLibInit');
  return (await Promise.race([call.then(() => 'back'), new Promise((resolve) => setTimeout(resolve, 200, 'out'))])) === 'out';
}

describe('a silent daemon', () => {
  it('is given up after its time with GENERIC_ERROR, whatever the time of the connection', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine, { timeoutMs: 30_000 });
    await machine.setHost({ 'fabric-manager.manners': 'silent', 'fabric-manager.silence-milliseconds': 100 });
    expect([(await client.list()).status, await client.activate(1), await active(machine)]).toEqual([-2, -2, []]);
  });

  it('takes 70 seconds for that unless it is told otherwise', async () => {
    const values = new Map((await (await shared()).attributes()).map(({ name, value }) => [name, value]));
    expect(values.get('fabric-manager.silence-milliseconds')).toBe('70000');
  });

  it('answers what is outstanding when it speaks again', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.setHost({ 'fabric-manager.manners': 'silent' });
    const activation = client.activate(1);
    expect(await isOut(activation, machine)).toBe(true);
    await machine.setHost({ 'fabric-manager.manners': 'answers' });
    expect([await activation, await active(machine)]).toEqual([0, [1]]);
  });
});

describe('a daemon that dies during a request', () => {
  it('closes the connection on a client that waits', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.setHost({ 'fabric-manager.manners': 'silent' });
    const list = client.list();
    expect(await isOut(list, machine)).toBe(true);
    await machine.fabricManager('kill');
    expect((await list).status).toBe(-9);
  });

  it('crashes the library where it is told to, as the real one is at times', async () => {
    const machine = await shared();
    await machine.setHost({ 'fabric-manager.when-it-dies': 'crash', 'fabric-manager.manners': 'silent' });
    const client = await FmClient.connected(machine);
    const list = client.list();
    const crashed = expect(list).rejects.toThrow('SIGSEGV');
    expect(await isOut(list.catch(() => {}), machine)).toBe(true);
    await machine.fabricManager('kill');
    await crashed;
    expect(await client.process.ended).toEqual({ code: null, signal: 'SIGSEGV' });
  });

  it.each([['dies-before', []], ['dies-after', [1]]] as const)('%s it did what was asked', async (next, routed) => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.setHost({ 'fabric-manager.next-request': next });
    expect([(await client.list()).status, await client.activate(1), (await client.list()).status]).toEqual([0, -9, -9]);
    const manager = (await machine.show()).fabricManager;
    expect([manager?.state, manager?.partitions.filter((partition) => partition.routed).map(({ id }) => id)]).toEqual(['stopped', routed]);
  });
});

describe('a setting that times out', () => {
  it.each([['times-out-undone', []], ['times-out-done', [1]]] as const)('%s tells nothing of its outcome', async (next, outcome) => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.setHost({ 'fabric-manager.next-request': next });
    expect([await client.activate(1), await client.active()]).toEqual([-5, outcome]);
    // Once only.
    expect([await client.activate(2), await client.active()]).toEqual([0, [...outcome, 2]]);
  });

  it('may be a deactivation, or the set after a restart', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    expect(await client.activate(1)).toBe(0);
    await machine.setHost({ 'fabric-manager.next-request': 'times-out-done' });
    expect([await client.deactivate(1), await client.active()]).toEqual([-5, []]);
    await machine.fabricManager('restart', { restart: true });
    await machine.advance(4);
    await machine.setHost({ 'fabric-manager.next-request': 'times-out-done' });
    await client.connect();
    expect([await client.setActivated([2]), await client.active()]).toEqual([-5, [2]]);
  });
});

describe('lists', () => {
  it('may be cut short, or lie about their counts', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.setHost({ 'fabric-manager.list.partitions': 4 });
    expect((await client.list()).partitions.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
    await machine.setHost({ 'fabric-manager.list.partitions': null, 'fabric-manager.list.partition-count': 4_000_000_000, 'fabric-manager.list.gpu-count': 17 });
    const { status, count, partitions } = await client.list();
    expect([status, count, partitions[0]?.numGpus]).toEqual([0, 4_000_000_000, 17]);
  });
});

describe('versions', () => {
  it('may clash with the daemon\'s, for every request', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.setHost({ 'fabric-manager.manners': 'version-clash' });
    const codes = [(await client.list()).status, await client.activate(1), await client.deactivate(1), await client.setActivated([]), (await client.failed()).status, (await client.unsupported()).status];
    expect(codes).toEqual([-6, -6, -6, -6, -6, -6]);
  });
});

describe('faults of one function', () => {
  const CALLS: Readonly<Record<string, (client: FmClient) => Promise<number | undefined>>> = {
    fmLibShutdown: (client) => client.status('fmLibShutdown'),
    fmConnect: async (client) => (await client.connect()).status,
    fmDisconnect: (client) => client.status('fmDisconnect', client.handle),
    fmGetSupportedFabricPartitions: async (client) => (await client.list()).status,
    fmActivateFabricPartition: (client) => client.activate(1),
    fmActivateFabricPartitionWithVFs: (client) => client.activateWith(1, [[0, 0x1b, 0, 4]]),
    fmDeactivateFabricPartition: (client) => client.deactivate(1),
    fmSetActivatedFabricPartitions: (client) => client.setActivated([]),
    fmGetNvlinkFailedDevices: async (client) => (await client.failed()).status,
    fmGetUnsupportedFabricPartitions: async (client) => (await client.unsupported()).status,
  };

  it.each(Object.entries(CALLS))('%s fails with the code that it is told, for as often as it is told', async (name, call) => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.inject({ kind: 'fail', function: name, returnCode: -10, times: 1 });
    expect(await call(client)).toBe(-10);
    expect(await call(client)).not.toBe(-10);
  });

  it('fmLibInit fails, too', async () => {
    const machine = await shared();
    await machine.inject({ kind: 'fail', function: 'fmLibInit', returnCode: -2 });
    expect(await (await FmClient.open(machine)).status('fmLibInit')).toBe(-2);
  });

  it.each(Object.entries(CALLS))('%s hangs until the fault is cleared', async (name, call) => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.inject({ kind: 'hang', function: name });
    const out = call(client);
    expect(await isOut(out, machine)).toBe(true);
    await machine.clear();
    expect(await out).toBeTypeOf('number');
  });

  it('a request that hangs is closed with the daemon', async () => {
    const machine = await shared();
    const client = await FmClient.connected(machine);
    await machine.inject({ kind: 'hang', function: 'fmActivateFabricPartition' });
    const activation = client.activate(1);
    expect(await isOut(activation, machine)).toBe(true);
    await machine.fabricManager('kill');
    expect(await activation).toBe(-9);
  });

  it('crash the library, or are absent from it', async () => {
    const machine = await shared();
    await machine.inject({ kind: 'absent', function: 'fmGetNvlinkFailedDevices' });
    await machine.inject({ kind: 'crash', function: 'fmActivateFabricPartition' });
    const client = await FmClient.connected(machine);
    expect(await client.call('fmGetNvlinkFailedDevices', client.handle, null)).toEqual({ absent: true });
    await expect(client.activate(1)).rejects.toThrow('SIGSEGV');
  });

  it('of the driver do not concern libnvfm', async () => {
    const machine = await shared();
    await machine.inject({ kind: 'fail', scope: 'driver', returnCode: 999 });
    expect((await (await FmClient.connected(machine)).list()).status).toBe(0);
  });

  it('are refused for names that neither library has', async () => {
    await expect((await shared()).inject({ kind: 'hang', function: 'fmActivate' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
