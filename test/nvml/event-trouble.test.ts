import { describe, expect, it } from 'vitest';
import type { NvmlEvent } from '../../lib/nvml/index.ts';
import { WAYS } from './backends.ts';
import { Follower } from './follower.ts';
import { openOn, startHost, until } from './host.ts';
import { PacedEvents } from './paced-events.ts';
import { openScripted } from './scripted.ts';
import { ScriptedEvents } from './scripted-events.ts';

const FOREVER = 600_000;
/** Long enough for thousands of tries, if they were made without a pause. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 600));
const kinds = (items: readonly NvmlEvent[]): string[] => items.map((item) => (item.kind === 'interrupted' ? item.error.code : item.kind));

describe.each(WAYS)('events, through %s', (_, way) => {
  it('that the driver cannot wait for are told so once, and nothing else, until it can again', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    const follower = new Follower((await openOn(machine, way)).events());
    await follower.next('snapshot');
    await machine.inject({ kind: 'fail', function: 'nvmlEventSetWait_v2', returnCode: 999 });
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'VENDOR_ERROR', status: 999, call: 'nvmlEventSetWait_v2' });
    await aWhile();
    expect(kinds(follower.items)).toEqual(['snapshot', 'VENDOR_ERROR']);
    await machine.clear();
    expect((await follower.next('snapshot')).first).toBe(false);
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    expect(await follower.next('gpu')).toMatchObject({ xid: 31 });
  });

  it('that fail from the beginning begin with what hinders them', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    await machine.inject({ kind: 'fail', function: 'nvmlEventSetWait_v2', returnCode: 999 });
    const follower = new Follower((await openOn(machine, way)).events());
    await follower.next('interrupted');
    await machine.clear();
    expect((await follower.next('snapshot')).first).toBe(true);
    expect(kinds(follower.items)).toEqual(['VENDOR_ERROR', 'snapshot']);
  });

  it('that hang are told; readings go on, and so do events when the call has come back', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    const nvml = await openOn(machine, { ...way, deadlineMs: 400 });
    const follower = new Follower(nvml.events());
    await follower.next('snapshot');
    await machine.inject({ kind: 'hang', function: 'nvmlEventSetWait_v2' });
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'DEVICE_UNRESPONSIVE', call: 'nvmlEventSetWait_v2' });
    expect((await nvml.snapshot()).gpus[0]?.name).toMatchObject({ state: 'value' });
    await aWhile();
    expect(kinds(follower.items)).toEqual(['snapshot', 'DEVICE_UNRESPONSIVE']);
    await machine.clear();
    await follower.next('snapshot');
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    expect(await follower.next('gpu')).toMatchObject({ xid: 31 });
  });

  it('begin as soon as a driver that hangs in init is well', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    await machine.inject({ kind: 'hang', scope: 'driver' });
    const follower = new Follower((await openOn(machine, { ...way, deadlineMs: 400 })).events());
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'DEVICE_UNRESPONSIVE', call: 'nvmlInit_v2' });
    await aWhile();
    await machine.clear();
    await follower.next('snapshot');
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    expect(await follower.next('gpu')).toMatchObject({ xid: 31 });
    expect(kinds(follower.items)).toEqual(['DEVICE_UNRESPONSIVE', 'snapshot', 'gpu']);
  });

  it.each(['nvmlDeviceRegisterEvents', 'every call'])('go on without a GPU that hangs (in %s), whose reading says so, and with it when it is well', async (hanging) => {
    const machine = await startHost('t4-4', { gpus: 3 });
    await machine.inject({ kind: 'hang', gpu: 1, ...(hanging !== 'every call' && { function: hanging }) });
    const paced = await PacedEvents.open({ library: machine.nvmlLibrary, way }, { anewMs: [100, 100], missingMs: [200, 200] }, 400);
    const follower = new Follower(paced.events());
    const { gpus } = await follower.next('snapshot');
    expect(gpus.map(({ types }) => types.state)).toEqual(['value', 'failed', 'value']);
    expect(gpus[1]?.types).toMatchObject({ error: { code: 'DEVICE_UNRESPONSIVE' } });
    for (const gpu of [0, 2]) {
      await machine.inject({ kind: 'xid', gpu, xid: 31 });
      expect(await follower.next('gpu')).toMatchObject({ gpu: { index: gpu } });
    }
    await aWhile();
    await machine.clear();
    const again = await follower.next('snapshot');
    expect([again.first, again.gpus[1]?.types.state]).toEqual([false, 'value']);
    await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
    expect(await follower.next('gpu')).toMatchObject({ gpu: { index: 1 } });
    expect(kinds(follower.items)).toEqual(['snapshot', 'gpu', 'gpu', 'snapshot', 'gpu']);
  });
});

describe('events', () => {
  async function scripted() {
    const events = new ScriptedEvents();
    return { ...(await openScripted(events.functions)), events };
  }

  it('are waited for in slices of a tenth of a second at most, the host’s among them', async () => {
    const { nvml, events } = await scripted();
    const follower = new Follower(nvml.events());
    await follower.next('snapshot');
    await until(() => events.waits.length > 3);
    expect(Math.max(...events.waits)).toBe(100);
    expect(new Set(events.systemWaits)).toEqual(new Set([0]));
    await follower.leave();

    events.waits.splice(0);
    const ofHost = new Follower(nvml.events({ types: ['driver-unbind'] }));
    await ofHost.next('snapshot');
    await until(() => events.systemWaits.includes(100));
    await until(() => events.systemWaits.filter((milliseconds) => milliseconds === 100).length > 2);
    expect([Math.max(...events.systemWaits), events.waits]).toEqual([100, []]);
    await nvml.close();
  });

  it('are not asked for without end by a driver that does not wait, whatever it answers', async () => {
    const TIMEOUT = 10;
    for (const answer of [TIMEOUT, 999, 15, 1, 3]) {
      const { nvml, events, backend } = await scripted();
      const follower = new Follower(nvml.events());
      await follower.next('snapshot');
      events.answer = events.systemAnswer = answer;
      await aWhile();
      // Ten slices, or some pauses; not thousands.
      expect([answer, backend.opened[0]!.crossings.length < 200]).toEqual([answer, true]);
      expect([answer, follower.items.length <= 2]).toEqual([answer, true]);
      await nvml.close();
    }
  });

  it('that can be waited for nowhere, no GPU having any, cost next to nothing', async () => {
    const { nvml, events, backend } = await scripted();
    events.supported = 0n;
    const follower = new Follower(nvml.events({ types: ['xid'] }));
    expect((await follower.next('snapshot')).gpus.map(({ types }) => types)).toEqual([{ state: 'value', value: [] }, { state: 'value', value: [] }]);
    const before = backend.opened[0]!.crossings.length;
    await aWhile();
    expect([events.waits, backend.opened[0]!.crossings.length - before]).toEqual([[], 0]);
    await nvml.close();
  });

  it('tell each kind of trouble once, though they take turns', async () => {
    const events = new ScriptedEvents();
    const { nvml, backend } = await openScripted(events.functions);
    await nvml.close();
    const paced = await PacedEvents.open({ backend }, { anewMs: [1, 1], missingMs: [FOREVER, FOREVER] }, 200);
    const follower = new Follower(paced.events());
    await follower.next('snapshot');
    let turns = 0;
    Object.defineProperty(events, 'answer', { get: () => [999, 9, 11][(turns += 1) % 3] });
    await until(() => turns > 30);
    expect(kinds(follower.items).sort()).toEqual(['DRIVER_NOT_LOADED', 'VENDOR_ERROR', 'snapshot']);
    await paced.core.close();
  });

  it('tell what has been heard of GPUs although the host’s cannot be waited for, and the other way round', async () => {
    const { nvml, events } = await scripted();
    const iterator = nvml.events();
    await iterator.next();
    events.raise({ device: 100n, type: 8n, data: 31n });
    events.systemAnswer = 999;
    expect((await iterator.next()).value).toMatchObject({ kind: 'gpu', xid: 31 });
    expect((await iterator.next()).value).toMatchObject({ kind: 'interrupted', error: { status: 999 } });
    await nvml.close();
  });

  it('end at once on close, however long it would be until the next try', async () => {
    const events = new ScriptedEvents();
    const { nvml, backend } = await openScripted(events.functions);
    await nvml.close();
    const paced = await PacedEvents.open({ backend }, { anewMs: [FOREVER, FOREVER], missingMs: [FOREVER, FOREVER] }, 200);
    events.answer = 999;
    const follower = new Follower(paced.events());
    await follower.next('interrupted');
    await paced.core.close();
    await follower.ended;
  });
});
