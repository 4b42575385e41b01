import { describe, expect, it } from 'vitest';
import type { Nvml, NvmlEventType } from '../../lib/nvml/index.ts';
import { toJson } from '../../lib/nvml/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { WAYS } from './backends.ts';
import { Follower } from './follower.ts';
import { openOn, startHost } from './host.ts';
import { openScripted } from './scripted.ts';
import { ScriptedEvents } from './scripted-events.ts';

const singleBit = (machine: Machine, address: bigint) => machine.inject({ kind: 'single-bit-ecc', gpu: 0, address });
const doubleBit = (machine: Machine, address: bigint) => machine.inject({ kind: 'double-bit-ecc', gpu: 0, address });

interface Happening {
  readonly type: NvmlEventType;
  /** To the one GPU, an H100. */
  happens(machine: Machine, nvml: Nvml): Promise<unknown>;
  /** Where the driver gives a number besides. */
  readonly data?: bigint;
}

const HAPPENINGS: readonly Happening[] = [
  { type: 'single-bit-ecc-error', happens: async (machine) => await singleBit(machine, 0n) },
  { type: 'double-bit-ecc-error', happens: async (machine) => await doubleBit(machine, 0n) },
  { type: 'pstate', happens: async (machine) => await machine.set(0, { 'clocks.forced-performance-state': 'p8' }) },
  { type: 'xid', happens: async (machine) => await machine.inject({ kind: 'xid', gpu: 0, xid: 74 }), data: 74n },
  { type: 'clock', happens: async (machine) => await machine.set(0, { 'clocks.graphics-mhz': 1200 }) },
  { type: 'power-source', happens: async (machine) => await machine.set(0, { 'power.source': 'battery' }) },
  {
    type: 'mig-config',
    happens: async (_, nvml) => {
      const { device } = await nvml.rawAsync.nvmlDeviceGetHandleByIndex_v2({ index: 0 });
      await nvml.rawAsync.nvmlDeviceSetMigMode({ device, mode: 1 });
    },
  },
  {
    type: 'single-bit-ecc-error-storm',
    // Ten corrected errors within a second.
    happens: async (machine) => {
      for (let nth = 0n; nth < 10n; nth += 1n) await singleBit(machine, nth * 0x1000n);
    },
  },
  { type: 'dram-retirement', happens: async (machine) => await doubleBit(machine, 0n) },
  {
    type: 'dram-retirement-failure',
    // A bank has eight spare rows; it is every so many rows' bank.
    happens: async (machine) => {
      const told = new Map((await machine.attributes(0)).map(({ name, value }) => [name, value]));
      const [row, banks] = [BigInt(told.get('gpu.0.memory.row-bytes') ?? ''), BigInt(told.get('gpu.0.memory.banks') ?? '')];
      for (let nth = 0n; nth < 9n; nth += 1n) await doubleBit(machine, nth * banks * row);
    },
  },
  { type: 'non-fatal-poison-error', happens: async (machine) => await machine.inject({ kind: 'poison', gpu: 0 }) },
  { type: 'fatal-poison-error', happens: async (machine) => await machine.inject({ kind: 'poison', gpu: 0, fatal: true }) },
  { type: 'gpu-unavailable', happens: async (machine) => await machine.inject({ kind: 'gpu-lost', gpu: 0 }) },
  { type: 'recovery-action', happens: async (machine) => await machine.set(0, { 'recovery.action': 2 }), data: 2n },
];

describe.each(WAYS)('event types, through %s', (_, way) => {
  it.each(HAPPENINGS)('$type is told by that name', async ({ type, happens, data }) => {
    const machine = await startHost('hgx-h100-8', { gpus: 1, driver: '610.43.02', attributes: { 'host.clock-frozen': true } });
    const nvml = await openOn(machine, way);
    const follower = new Follower(nvml.events());
    await follower.next('snapshot');
    await happens(machine, nvml);
    const event = await follower.next('gpu', (one) => one.type === type);
    expect(event.gpu?.index).toBe(0);
    if (data !== undefined) expect(event.data).toBe(data);
    for (const other of follower.items) if (other.kind === 'gpu') expect([other.type, other.xid !== undefined]).toEqual([other.type, other.type === 'xid']);
  });
});

describe('an event', () => {
  const GPU_B = 101n;

  async function told(event: Parameters<ScriptedEvents['raise']>[0], types?: readonly NvmlEventType[]) {
    const events = new ScriptedEvents();
    const { nvml } = await openScripted(events.functions);
    const follower = new Follower(nvml.events(types === undefined ? {} : { types }));
    await follower.next('snapshot');
    events.raise(event);
    const { at, ...rest } = await follower.next('gpu');
    expect(at).toBeInstanceOf(Date);
    await nvml.close();
    return { rest, events };
  }

  const gpu = { index: 1, uuid: 'GPU-b', pciBusId: '00000000:AF:00.0' };

  it('names the MIG instances of an Xid where the driver tells them, each for itself', async () => {
    const xid = { device: GPU_B, type: 8n, data: 94n };
    const common = { kind: 'gpu', gpu, type: 'xid', typeBits: 8n, xid: 94, data: 94n };
    expect((await told({ ...xid, gpuInstanceId: 3, computeInstanceId: 0 })).rest).toEqual({ ...common, gpuInstanceId: 3, computeInstanceId: 0 });
    expect((await told({ ...xid, gpuInstanceId: 3 })).rest).toEqual({ ...common, gpuInstanceId: 3 });
    expect((await told(xid)).rest).toEqual(common);
  });

  it('of another type names none, whatever stands there', async () => {
    expect((await told({ device: GPU_B, type: 256n, gpuInstanceId: 0, computeInstanceId: 0 })).rest).toEqual({ kind: 'gpu', gpu, type: 'mig-config', typeBits: 256n, data: 0n });
  });

  it('of a type that nobody has heard of keeps its bits; who asks for all is told it too', async () => {
    const { rest, events } = await told({ device: GPU_B, type: 1n << 40n, data: 5n });
    expect(rest).toEqual({ kind: 'gpu', gpu, type: 'unknown', typeBits: 1n << 40n, data: 5n });
    expect(toJson(rest)).toMatchObject({ typeBits: '1099511627776', data: '5' });
    expect(events.misuses).toEqual([]);
  });

  it('of two types at once is none of them', async () => {
    expect((await told({ device: GPU_B, type: 3n })).rest).toMatchObject({ type: 'unknown', typeBits: 3n });
  });

  it('of a GPU that nobody listens to is told without one', async () => {
    const events = new ScriptedEvents();
    const { nvml } = await openScripted(events.functions);
    const follower = new Follower(nvml.events());
    await follower.next('snapshot');
    events.registered.push({ device: 7777n, types: 8n });
    events.raise({ device: 7777n, type: 8n, data: 79n });
    expect(await follower.next('gpu')).toMatchObject({ gpu: null, xid: 79 });
    await nvml.close();
  });
});

describe('what is listened to', () => {
  async function registered(supported: bigint, types?: readonly NvmlEventType[]) {
    const events = new ScriptedEvents();
    events.supported = supported;
    const { nvml } = await openScripted(events.functions);
    const begin = await new Follower(nvml.events(types === undefined ? {} : { types })).next('snapshot');
    await nvml.close();
    return { masks: events.registered.map((one) => one.types), told: begin.gpus.map((one) => one.types), system: begin.system };
  }
  const value = (...types: readonly NvmlEventType[]): unknown => ({ state: 'value', value: types });

  it('is everything that the driver tells, types included that have no name yet', async () => {
    const unnamed = 1n << 33n;
    expect(await registered(8n | 4n | unnamed)).toEqual({ masks: [12n | unnamed, 12n | unnamed], told: [value('pstate', 'xid'), value('pstate', 'xid')], system: value('driver-unbind', 'driver-bind') });
  });

  it('is of what is asked for that which the driver tells; where there is nothing, nothing is registered', async () => {
    expect(await registered(8n | 4n, ['xid', 'recovery-action'])).toMatchObject({ masks: [8n, 8n], told: [value('xid'), value('xid')], system: { state: 'unsupported' } });
    expect(await registered(8n | 4n, ['recovery-action'])).toMatchObject({ masks: [], told: [value(), value()] });
    expect(await registered(8n | 4n, ['driver-bind'])).toMatchObject({ masks: [], told: [value(), value()], system: value('driver-bind') });
  });

  it('must be types that there are, and some', async () => {
    const { nvml } = await openScripted();
    expect(() => nvml.events({ types: ['xid', 'XID' as 'xid'] })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(/there is no event type "XID": choose among .*gpu-unavailable.*driver-bind/) as string }) as Error);
    expect(() => nvml.events({ types: ['unknown' as 'xid'] })).toThrow(/no event type "unknown"/);
    expect(() => nvml.events({ types: [] })).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringContaining('no types are given') as string }) as Error);
    await nvml.close();
  });
});
