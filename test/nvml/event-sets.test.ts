import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gate, writeU64 } from '../library/scripted-backend.ts';
import { WAYS } from './backends.ts';
import { Follower } from './follower.ts';
import { openOn, startHost, until } from './host.ts';
import { openScripted } from './scripted.ts';
import { ScriptedEvents } from './scripted-events.ts';
import { warningsDuring } from './warnings.ts';

async function scripted(functions: Parameters<typeof openScripted>[0] = {}, sets = new ScriptedEvents()) {
  const host = await openScripted({ ...sets.functions, ...functions });
  const calls = (): string[] => (host.backend.opened.at(-1)?.calls ?? []).map((call) => call.split(' ')[1] ?? '');
  return { ...host, sets, calls };
}

describe('an event set', () => {
  it.each(['close', 'quiesce'] as const)('is freed before %s shuts NVML down, that of the host too', async (end) => {
    const { nvml, sets, calls } = await scripted();
    await new Follower(nvml.events()).next('snapshot');
    await nvml[end]();
    const last = calls().filter((call) => /Free|Shutdown/.test(call));
    expect(last).toEqual(['nvmlEventSetFree', 'nvmlSystemEventSetFree', 'nvmlShutdown']);
    expect([sets.made, sets.sets.size, sets.systemSets.size, sets.misuses]).toEqual([2, 0, 0, []]);
    await nvml.close();
  });

  it('that went with NVML’s init is not freed: it is gone', async () => {
    const sets = new ScriptedEvents();
    let isGone = false;
    const wait = sets.functions['nvmlEventSetWait_v2']!;
    const { nvml } = await scripted(
      {
        nvmlInit_v2: () => ((isGone = false), 0),
        nvmlEventSetWait_v2: (frame) => {
          if (!isGone) return wait(frame);
          sets.sets.clear();
          sets.systemSets.clear();
          return 1;
        },
      },
      sets,
    );
    const follower = new Follower(nvml.events({ types: ['xid'] }));
    await follower.next('snapshot');
    isGone = true;
    await follower.next('snapshot');
    expect(sets.sets.size).toBe(1);
    await follower.leave();
    await until(() => sets.sets.size === 0);
    expect([sets.made, sets.misuses]).toEqual([2, []]);
    await nvml.close();
  });

  it('that was made under an init that has ended meanwhile is nobody’s, and is not touched', async () => {
    const sets = new ScriptedEvents();
    const create = sets.functions['nvmlEventSetCreate']!;
    const { opened, open } = gate();
    let creations = 0;
    let isUninitialised = false;
    const { nvml, calls } = await scripted(
      {
        nvmlEventSetCreate: (frame) => ((creations += 1) === 1 ? (writeU64(frame, 0, 0x1234n), opened) : create(frame)),
        nvmlSystemGetNVMLVersion: () => (isUninitialised ? ((isUninitialised = false), 1) : 3),
      },
      sets,
    );
    const follower = new Follower(nvml.events());
    await until(() => creations === 1);
    isUninitialised = true;
    await nvml.nvmlVersion().catch(() => undefined);
    expect(calls().filter((call) => call === 'nvmlInit_v2')).toHaveLength(2);
    open();
    await follower.next('snapshot');
    await nvml.close();
    expect([creations, sets.sets.size, sets.misuses]).toEqual([2, 0, []]);
  });

  it('for the host that cannot be registered is told as failed, and freed with the other', async () => {
    const { nvml, sets } = await scripted({ nvmlSystemRegisterEvents: () => 4 });
    const { system } = await new Follower(nvml.events()).next('snapshot');
    expect(system).toMatchObject({ state: 'failed', error: { code: 'NO_PERMISSION', status: 4 } });
    expect([sets.systemSets.size, sets.systemWaits]).toEqual([1, []]);
    await nvml.close();
    expect([sets.systemSets.size, sets.misuses]).toEqual([0, []]);
  });

  it('is not freed while a registration is still inside the library with it, and is once it has come out', async () => {
    const sets = new ScriptedEvents();
    const { opened, open } = gate();
    const { nvml, calls } = await scripted({ nvmlDeviceRegisterEvents: (frame) => (frame.words[0] === 101n ? opened : 0) }, sets);
    const follower = new Follower(nvml.events());
    const { gpus } = await follower.next('snapshot');
    expect(gpus[1]?.types).toMatchObject({ state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE', call: 'nvmlDeviceRegisterEvents' } });
    await follower.leave();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([calls().includes('nvmlEventSetFree'), sets.sets.size]).toEqual([false, 1]);
    open();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await nvml.close();
    expect(sets.sets.size).toBe(0);
    expect(calls().indexOf('nvmlEventSetFree')).toBeLessThan(calls().indexOf('nvmlShutdown'));
  });
});

describe('many who listen', () => {
  it('have a lane each, and all hear the same', async () => {
    const machine = await startHost('t4-4', { gpus: 2 });
    const nvml = await openOn(machine);
    const { signal } = new AbortController();
    const warnings = await warningsDuring(async () => {
      const followers = Array.from({ length: 20 }, () => new Follower(nvml.events({ signal })));
      for (const follower of followers) await follower.next('snapshot');
      await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
      for (const follower of followers) expect(await follower.next('gpu')).toMatchObject({ xid: 31, gpu: { index: 1 } });
      await nvml.close();
      for (const follower of followers) await follower.ended;
    });
    expect(warnings).toEqual([]);
    expect((await machine.show()).clients).toEqual([]);
  });

  it('use the lanes of those who have left', async () => {
    const { nvml, backend } = await scripted();
    const lanes = (): string[] => [...new Set(backend.opened[0]?.crossings.map(({ lane }) => lane))].filter((lane) => lane.startsWith('events')).sort();
    const followers = Array.from({ length: 3 }, () => new Follower(nvml.events()));
    for (const follower of followers) await follower.next('snapshot');
    expect(lanes()).toEqual(['events:0', 'events:1', 'events:2']);
    for (const follower of followers) await follower.leave();
    await new Follower(nvml.events()).next('snapshot');
    expect(lanes()).toHaveLength(3);
    await nvml.close();
  });

  it('and leave, one after the other, a thousand times, leave no set and no lane behind', async () => {
    const { nvml, backend, sets } = await scripted();
    for (let times = 0; times < 1000; times += 1) {
      const events = nvml.events();
      await events.next();
      await events.return?.();
    }
    await until(() => sets.sets.size === 0 && sets.systemSets.size === 0);
    expect([sets.made, sets.misuses]).toEqual([2000, []]);
    expect(new Set(backend.opened[0]?.crossings.map(({ lane }) => lane))).toEqual(new Set(['library', 'device:0', 'device:1', 'events:0']));
    await nvml.close();
  });
});

describe.each(WAYS)('through %s', (_, way) => {
  it('those who come and go leave no thread behind', async () => {
    const machine = await startHost('t4-4', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const visit = async (): Promise<void> => {
      const events = nvml.events();
      await events.next();
      const pending = events.next();
      await events.return?.();
      await pending;
    };
    for (let times = 0; times < 5; times += 1) await visit();
    const threads = async (): Promise<number> => {
      const [client] = (await machine.show()).clients;
      return readdirSync(`/proc/${client?.pid}/task`).length;
    };
    const before = await threads();
    for (let times = 0; times < 25; times += 1) await visit();
    expect(await threads()).toBeLessThanOrEqual(before);
  });
});
