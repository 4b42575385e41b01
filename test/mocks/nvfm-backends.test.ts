/** The described functions of Fabric Manager through every backend: frames of 132 kB, and a library that dies or falls silent. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Backend, NativeLibrary } from '../../lib/backend/index.ts';
import { createAddonBackend, createHelperProcessBackend, createKoffiBackend } from '../../lib/backend/index.ts';
import type { EncodedCall } from '../../lib/abi/index.ts';
import { encodeCall, fmFamilies, nvfmFunctions as c } from '../../lib/abi/index.ts';
import type { CallOutcome } from '../../lib/backend/index.ts';
import { host } from './simulated-host.ts';

const BACKENDS: Readonly<Record<string, () => Backend>> = {
  'addon': createAddonBackend,
  'koffi': createKoffiBackend,
  'helper-process(addon)': () => createHelperProcessBackend({ inner: 'addon' }),
  'helper-process(koffi)': () => createHelperProcessBackend({ inner: 'koffi' }),
};
const opened: Backend[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((backend) => backend.close()));
});

interface Client {
  readonly library: NativeLibrary;
  ask(call: EncodedCall<unknown>, deadlineMs?: number): Promise<CallOutcome | undefined>;
  status(call: EncodedCall<unknown>): Promise<number>;
}

/** Calls on a lane where there are lanes, else on this thread. */
async function clientOf(backend: Backend, file: string): Promise<Client> {
  opened.push(backend);
  const library = await backend.open(file);
  const ask = async (call: EncodedCall<unknown>, deadlineMs = 30_000): Promise<CallOutcome | undefined> => {
    const fn = library.bind(call.symbol, call.shape);
    if (!backend.capabilities.lanes) return { state: 'done', status: library.call(fn, call.frame) };
    return (await library.submit('fabric', [{ fn, frame: call.frame }], { deadlineMs }))[0];
  };
  const status = async (call: EncodedCall<unknown>): Promise<number> => {
    const outcome = await ask(call);
    if (outcome?.state !== 'done') throw new Error(`${call.symbol}: ${outcome?.state}`);
    return outcome.status;
  };
  return { library, ask, status };
}

async function connect(client: Client, form = 0): Promise<{ status: number; handle: bigint }> {
  const call = (fmFamilies.connect[form] as (typeof fmFamilies.connect)[number]).encode({ address: '127.0.0.1:6666', type: 'inet', timeoutMs: 1000 });
  const status = await client.status(call);
  return { status, handle: call.decode() };
}

describe.each(Object.entries(BACKENDS))('through %s', (_, create) => {
  it('partitions are connected to, listed, activated, deactivated', async () => {
    const machine = await host('hgx2-v100-16', { fabricMode: 'shared' });
    const client = await clientOf(create(), machine.nvfmLibrary);
    expect(await client.status(encodeCall(c.fmLibInit, {}))).toBe(0);
    const { status, handle: pFmHandle } = await connect(client);
    expect([status, pFmHandle]).toEqual([0, 2n]);
    expect(await client.status(encodeCall(c.fmActivateFabricPartition, { pFmHandle, partitionId: 32 }))).toBe(0);
    const list = encodeCall(c.fmGetSupportedFabricPartitions, { pFmHandle });
    expect(await client.status(list)).toBe(0);
    const { numPartitions, partitionInfo } = list.decode().pFmFabricPartition;
    expect(numPartitions).toBe(33);
    expect(partitionInfo[0]?.gpuInfo.map(({ physicalId }) => physicalId)).toEqual(Array.from({ length: 16 }, (__, i) => i + 1));
    expect(partitionInfo[32]).toMatchObject({ partitionId: 32, isActive: 1, numGpus: 1 });
    expect(partitionInfo[32]?.gpuInfo[0]?.uuid).toMatch(/^GPU-/);
    expect(await client.status(encodeCall(c.fmDeactivateFabricPartition, { pFmHandle, partitionId: 32 }))).toBe(0);
    expect(await client.status(encodeCall(c.fmDeactivateFabricPartition, { pFmHandle, partitionId: 32 }))).toBe(-4);
    for (const call of [encodeCall(c.fmGetNvlinkFailedDevices, { pFmHandle }), encodeCall(c.fmGetUnsupportedFabricPartitions, { pFmHandle })]) expect(await client.status(call)).toBe(0);
    expect(await client.status(encodeCall(c.fmDisconnect, { pFmHandle }))).toBe(0);
    expect(await client.status(encodeCall(c.fmLibShutdown, {}))).toBe(0);
  });

  it('an older library refuses the newer parameters and takes the older ones', async () => {
    const machine = await host('hgx-h100-8', { fabricMode: 'shared', attributes: { 'fabric-manager.library': '525' } });
    const client = await clientOf(create(), machine.nvfmLibrary);
    await client.status(encodeCall(c.fmLibInit, {}));
    expect([(await connect(client)).status, (await connect(client, 1)).status]).toEqual([-6, 0]);
    expect(await client.status(encodeCall(c.fmLibShutdown, {}))).toBe(0);
  });

  it('virtual functions arrive in order, sets with their count', async () => {
    const machine = await host('hgx-a100-8', { fabricMode: 'vgpu' });
    const client = await clientOf(create(), machine.nvfmLibrary);
    await client.status(encodeCall(c.fmLibInit, {}));
    const { handle: pFmHandle } = await connect(client);
    // Module ids 3 and 4 of this board are at 07 and 47.
    const vfList = [0x07, 0x47].map((bus) => ({ domain: 0, bus, device: 0, function: 4 }));
    expect(await client.status(encodeCall(c.fmActivateFabricPartitionWithVFs, { pFmHandle, partitionId: 12, vfList: vfList.toReversed() }))).toBe(-1);
    expect(await client.status(encodeCall(c.fmActivateFabricPartitionWithVFs, { pFmHandle, partitionId: 12, vfList }))).toBe(0);
    await machine.fabricManager('restart', { restart: true });
    await machine.advance(4);
    const { handle } = await connect(client);
    expect(await client.status(encodeCall(c.fmSetActivatedFabricPartitions, { pFmHandle: handle, pFmActivatedPartitionList: { numPartitions: 2, partitionIds: [12, 8] } }))).toBe(0);
    expect((await machine.show()).fabricManager?.partitions.filter(({ active }) => active).map(({ id }) => id)).toEqual([8, 12]);
    expect(await client.status(encodeCall(c.fmLibShutdown, {}))).toBe(0);
  });
});

describe.each(['addon', 'koffi'] as const)('inside a helper process (%s)', (inner) => {
  const connected = async (settings: Readonly<Record<string, string>> = {}) => {
    const machine = await host('hgx-h100-8', { fabricMode: 'shared' });
    const client = await clientOf(createHelperProcessBackend({ inner }), machine.nvfmLibrary);
    await client.status(encodeCall(c.fmLibInit, {}));
    const { handle } = await connect(client);
    await machine.setHost(settings);
    return { machine, client, list: () => encodeCall(c.fmGetSupportedFabricPartitions, { pFmHandle: handle }) };
  };

  it('a library that dies with its daemon takes the helper along, and the next call is answered', async () => {
    const { machine, client, list } = await connected({ 'fabric-manager.when-it-dies': 'crash', 'fabric-manager.manners': 'silent' });
    const outcome = client.ask(list());
    await new Promise((resolve) => setTimeout(resolve, 200));
    await machine.fabricManager('kill');
    expect(await outcome).toMatchObject({ state: 'crashed' });
    await machine.fabricManager('start');
    expect(await client.status(encodeCall(c.fmLibInit, {}))).toBe(0);
    expect((await connect(client)).status).toBe(0);
  });

  it('a silent daemon is left behind at our own deadline', async () => {
    const { client, list } = await connected({ 'fabric-manager.manners': 'silent' });
    expect((await client.ask(list(), 300))?.state).toBe('running');
  });
});
