import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { gate } from '../library/scripted-backend.ts';
import { WAYS } from './backends.ts';
import { openOn, startHost, until } from './host.ts';
import { openScripted } from './scripted.ts';
import { ScriptedEvents } from './scripted-events.ts';

const DONE = { done: true, value: undefined };
/** Longer than any test may take: who waits for it hangs. */
const FOREVER = 600_000;

describe.each(WAYS)('events, through %s, end', (_, way) => {
  it('when the signal aborts while somebody waits', async () => {
    const stop = new AbortController();
    const events = (await openOn(await startHost('t4-4', { gpus: 1 }), way)).events({ signal: stop.signal });
    await events.next();
    const pending = events.next();
    setTimeout(() => stop.abort(), 150);
    expect(await pending).toEqual(DONE);
    expect(await events.next()).toEqual(DONE);
  });

  it('when the signal aborts between two items, whatever has happened since', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    const stop = new AbortController();
    const events = (await openOn(machine, way)).events({ signal: stop.signal });
    await events.next();
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    stop.abort();
    expect(await events.next()).toEqual(DONE);
  });

  it('by return while somebody waits: for both', async () => {
    const events = (await openOn(await startHost('t4-4', { gpus: 1 }), way)).events();
    await events.next();
    const pending = events.next();
    expect([await events.return?.(), await pending, await events.next()]).toEqual([DONE, DONE, DONE]);
  });

  it('on close, for those who wait and those who ask later', async () => {
    const nvml = await openOn(await startHost('t4-4', { gpus: 1 }), way);
    const [waiting, busy] = [nvml.events(), nvml.events()];
    for (const events of [waiting, busy]) expect((await events.next()).value).toMatchObject({ kind: 'snapshot' });
    const pending = waiting.next();
    await nvml.close();
    expect(await pending).toEqual(DONE);
    expect(await busy.next()).toEqual(DONE);
  });

  it('on close while quiesced, and while it waits to try again', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    const quiesced = await openOn(machine, way);
    const events = quiesced.events();
    await events.next();
    await quiesced.quiesce();
    expect((await events.next()).value).toMatchObject({ kind: 'interrupted', error: { code: 'CLOSED' } });
    const pending = events.next();
    await quiesced.close();
    expect(await pending).toEqual(DONE);

    const failing = await openOn(machine, way);
    await machine.inject({ kind: 'fail', function: 'nvmlEventSetCreate', returnCode: 999 });
    const tries = failing.events();
    expect((await tries.next()).value).toMatchObject({ kind: 'interrupted', error: { status: 999 } });
    const next = tries.next();
    await failing.close();
    expect(await next).toEqual(DONE);
  });

  it('although the driver hangs where a GPU is registered: nobody waits for it', async () => {
    const machine = await startHost('t4-4', { gpus: 2 });
    const nvml = await openOn(machine, { ...way, deadlineMs: FOREVER });
    await machine.inject({ kind: 'hang', function: 'nvmlDeviceRegisterEvents', gpu: 1 });
    const stop = new AbortController();
    const events = nvml.events({ signal: stop.signal });
    const pending = events.next();
    setTimeout(() => stop.abort(), 150);
    expect(await pending).toEqual(DONE);
    await machine.clear();
  });

  it('although the driver hangs where it waits', async () => {
    const machine = await startHost('t4-4', { gpus: 2 });
    const nvml = await openOn(machine, { ...way, deadlineMs: FOREVER });
    const events = nvml.events();
    await events.next();
    await machine.inject({ kind: 'hang', function: 'nvmlEventSetWait_v2' });
    const pending = events.next();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([await events.return?.(), await pending]).toEqual([DONE, DONE]);
    await machine.clear();
  });
});

describe('events', () => {
  async function scripted(functions: Parameters<typeof openScripted>[0] = {}) {
    const events = new ScriptedEvents();
    const host = await openScripted({ ...events.functions, ...functions });
    return { ...host, events };
  }

  it('that are aborted before the first item touch nothing', async () => {
    const { nvml, events } = await scripted();
    const iterator = nvml.events({ signal: AbortSignal.abort() });
    expect(await iterator.next()).toEqual(DONE);
    const left = nvml.events();
    expect([await left.return?.(), await left.next()]).toEqual([DONE, DONE]);
    expect(events.made).toBe(0);
    await nvml.close();
  });

  it('that came together end in between, too', async () => {
    const { nvml, events } = await scripted();
    const stop = new AbortController();
    const iterator = nvml.events({ signal: stop.signal });
    await iterator.next();
    events.raiseOfHost({ type: 1n, gpuId: 0x3b00 }, { type: 4n, gpuId: 0xaf00 }, { type: 2n, gpuId: 1 });
    const system = { kind: 'system', at: expect.any(Date) as Date };
    expect((await iterator.next()).value).toEqual({ ...system, type: 'driver-unbind', typeBits: 1n, gpuId: 0x3b00 });
    expect((await iterator.next()).value).toEqual({ ...system, type: 'unknown', typeBits: 4n, gpuId: 0xaf00 });
    stop.abort();
    expect(await iterator.next()).toEqual(DONE);
    await nvml.close();
  });

  it('are left with break and with await using, and their sets go with them', async () => {
    const { nvml, events } = await scripted();
    for await (const item of nvml.events()) {
      expect(item.kind).toBe('snapshot');
      break;
    }
    {
      await using iterator = nvml.events();
      await iterator.next();
    }
    expect(events.made).toBe(4);
    await until(() => events.sets.size === 0 && events.systemSets.size === 0);
    expect(events.misuses).toEqual([]);
    await nvml.close();
  });

  it('stay with a signal only as long as they are followed', async () => {
    const { nvml } = await scripted();
    const { signal } = new AbortController();
    const listeners = (): number => getEventListeners(signal, 'abort').length;
    const unused = nvml.events({ signal });
    expect(listeners()).toBe(0);
    const events = nvml.events({ signal });
    await events.next();
    expect(listeners()).toBe(1);
    await events.return?.();
    await unused.return?.();
    expect(listeners()).toBe(0);
    await nvml.close();
  });

  it('that are left while they look at the host do not disturb those who read', async () => {
    const { opened, open } = gate();
    const { nvml, backend } = await scripted({ nvmlDeviceGetSerial: () => opened, nvmlDeviceGetRetiredPagesPendingStatus: () => 3 });
    const iterator = nvml.events();
    const pending = iterator.next();
    await until(() => backend.opened[0]?.calls.includes('device:0 nvmlDeviceGetSerial') ?? false);
    await iterator.return?.();
    expect(await pending).toEqual(DONE);
    const reading = (await nvml.gpu(0)).pageRetirementPending();
    setTimeout(() => open(3), 20);
    await expect(reading).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    await nvml.close();
  });
});
