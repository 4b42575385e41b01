import { describe, expect, it } from 'vitest';
import type { NvmlEvent } from '../../lib/nvml/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { WAYS } from './backends.ts';
import { Follower } from './follower.ts';
import { openOn, startHost, until } from './host.ts';

const WITH_EVENTS_OF_THE_HOST = '610.43.02';
const WITHOUT = '535.129.03';

/** Without what happened to GPUs. */
function kinds(items: readonly NvmlEvent[]): string[] {
  return items.filter(({ kind }) => kind !== 'gpu').map((item) => (item.kind === 'interrupted' ? `interrupted by ${item.error.code}` : item.kind === 'system' ? item.type : item.kind));
}

describe.each(WAYS)('events, through %s', (_, way) => {
  const DISASTERS: readonly (readonly [what: string, driver: string, happens: (machine: Machine) => Promise<void>])[] = [
    ['a GPU is reset under us', WITH_EVENTS_OF_THE_HOST, (machine) => machine.reset(1, { force: true })],
    ['the driver is loaded anew under us', WITH_EVENTS_OF_THE_HOST, (machine) => machine.reloadDriver({ force: true })],
    ['the driver is loaded anew under us and has no events of the host', WITHOUT, (machine) => machine.reloadDriver({ force: true })],
  ];

  it.each(DISASTERS)('go on after %s: it is told, the host is looked at anew, and what happens then arrives', async (_what, driver, happens) => {
    const machine = await startHost('hgx-a100-8', { gpus: 2, driver });
    const nvml = await openOn(machine, way);
    const follower = new Follower(nvml.events());
    expect((await follower.next('snapshot')).first).toBe(true);
    const { generation } = nvml;
    await happens(machine);
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'GPU_IS_LOST', status: 15, call: 'nvmlEventSetWait_v2' });
    const again = await follower.next('snapshot');
    expect(again.first).toBe(false);
    expect(again.gpus.map(({ types }) => types.state)).toEqual(['value', 'value']);
    expect(nvml.generation).toBeGreaterThan(generation);
    await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
    expect(await follower.next('gpu', ({ xid }) => xid === 31)).toMatchObject({ gpu: { index: 1 } });
    expect(kinds(follower.items)).toEqual(['snapshot', 'interrupted by GPU_IS_LOST', 'snapshot']);
  });

  it('of the host alone find a new driver too', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2, driver: WITH_EVENTS_OF_THE_HOST });
    const follower = new Follower((await openOn(machine, way)).events({ types: ['driver-bind', 'driver-unbind'] }));
    await follower.next('snapshot');
    await machine.reloadDriver({ force: true });
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'VENDOR_ERROR', status: 999, call: 'nvmlSystemEventSetWait' });
    await follower.next('snapshot');
  });

  it('wait while it is quiesced, hold nothing of the driver, and begin anew with resume', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2 });
    const nvml = await openOn(machine, way);
    const followers = [new Follower(nvml.events()), new Follower(nvml.events({ types: ['xid'] }))];
    for (const follower of followers) await follower.next('snapshot');
    await nvml.quiesce();
    for (const follower of followers) expect((await follower.next('interrupted')).error).toMatchObject({ code: 'CLOSED', message: expect.stringContaining('resume()') as string });
    expect((await machine.show()).clients).toEqual([]);
    await machine.reset(1);
    await machine.inject({ kind: 'xid', gpu: 0, xid: 13 });
    await nvml.resume();
    for (const follower of followers) expect((await follower.next('snapshot')).first).toBe(false);
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    for (const follower of followers) expect(await follower.next('gpu')).toMatchObject({ xid: 31 });
    for (const follower of followers) expect(kinds(follower.items)).toEqual(['snapshot', 'interrupted by CLOSED', 'snapshot']);
  });

  it('survive a driver that goes and comes back, and tell it once however often it is tried in vain', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2, driver: WITH_EVENTS_OF_THE_HOST });
    const follower = new Follower((await openOn(machine, way)).events());
    await follower.next('snapshot');
    await machine.inject({ kind: 'driver-not-loaded' });
    await follower.next('interrupted', ({ error }) => error.code === 'DRIVER_NOT_LOADED');
    // Some tries in vain.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await machine.reloadDriver();
    expect((await follower.next('snapshot')).snapshot.gpus.map(({ uuid }) => uuid.state)).toEqual(['value', 'value']);
    await machine.inject({ kind: 'xid', gpu: 0, xid: 31 });
    await follower.next('gpu', ({ xid }) => xid === 31);
    const told = kinds(follower.items);
    expect(told.filter((kind) => kind.includes('DRIVER_NOT_LOADED'))).toHaveLength(1);
    expect(told.filter((kind) => kind === 'snapshot')).toHaveLength(2);
  });

  it('tell that a GPU leaves the driver and comes back, each with a look at the host as it is then', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 3, driver: WITH_EVENTS_OF_THE_HOST });
    await machine.set(1, { persistence: false });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(1);
    const follower = new Follower(nvml.events());
    await follower.next('snapshot');
    await gpu.setDrainState(true);
    await gpu.remove();
    // 0000:07:00.0, or wherever it is: domain, bus and device in one number, as this driver gives it.
    const place = Number.parseInt((gpu.pciBusId ?? '').slice(9, 11), 16) * 0x100;
    expect(await follower.next('system')).toMatchObject({ type: 'driver-unbind', typeBits: 1n, gpuId: place });
    const without = await follower.next('snapshot', ({ snapshot }) => snapshot.gpus.length === 2);
    expect([without.first, without.gpus.some(({ uuid }) => uuid === gpu.uuid)]).toEqual([false, false]);
    await nvml.discoverGpus(gpu.pciBusId ?? '');
    expect(await follower.next('system')).toMatchObject({ type: 'driver-bind', typeBits: 2n, gpuId: place });
    const back = await follower.next('snapshot', ({ gpus }) => gpus.length === 3);
    expect(back.gpus[1]).toMatchObject({ uuid: gpu.uuid, types: { state: 'value' } });
    await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
    expect(await follower.next('gpu', ({ xid }) => xid === 31)).toMatchObject({ gpu: { index: 1, uuid: gpu.uuid } });
    expect(kinds(follower.items)).not.toContainEqual(expect.stringContaining('interrupted'));
  });

  it('tell why a GPU is lost although somebody who reads has found it lost before', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2, driver: WITH_EVENTS_OF_THE_HOST });
    const nvml = await openOn(machine, way);
    const events = nvml.events();
    await events.next();
    const { generation } = nvml;
    await machine.inject({ kind: 'gpu-lost', gpu: 1 });
    await expect((await nvml.gpu(1)).processes()).rejects.toMatchObject({ code: 'GPU_IS_LOST' });
    expect(nvml.generation).toBeGreaterThan(generation);
    expect((await events.next()).value).toMatchObject({ kind: 'gpu', type: 'xid', xid: 79, gpu: { index: 1 } });
    expect((await events.next()).value).toMatchObject({ kind: 'gpu', type: 'gpu-unavailable', gpu: { index: 1 } });
    await events.return?.();
  });

  it('go on without a GPU that stays lost, whose reading says so', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 3 });
    const follower = new Follower((await openOn(machine, way)).events());
    await follower.next('snapshot');
    await machine.inject({ kind: 'gpu-lost', gpu: 1 });
    expect(await follower.next('gpu')).toMatchObject({ xid: 79, gpu: { index: 1 } });
    const { gpus } = await follower.next('snapshot', (item) => item.gpus[1]?.types.state === 'failed');
    expect(gpus.map(({ types }) => types.state)).toEqual(['value', 'failed', 'value']);
    expect(gpus[1]?.types).toMatchObject({ error: { code: 'GPU_IS_LOST', status: 15 } });
    await machine.inject({ kind: 'xid', gpu: 2, xid: 31 });
    expect(await follower.next('gpu')).toMatchObject({ xid: 31, gpu: { index: 2 } });
    expect(kinds(follower.items)).toEqual(['snapshot', 'interrupted by GPU_IS_LOST', 'snapshot']);
  });
});

describe('in a helper', () => {
  it('a crash of the library is told, and the next process listens again', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2 });
    const nvml = await openOn(machine, { backend: 'addon', isolation: 'helper-process', deadlineMs: 5000 });
    const follower = new Follower(nvml.events());
    await follower.next('snapshot');
    await machine.inject({ kind: 'crash', function: 'nvmlEventSetWait_v2' });
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'HELPER_CRASHED', call: 'nvmlEventSetWait_v2' });
    await machine.clear();
    await follower.next('snapshot');
    await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
    await follower.next('gpu', ({ xid }) => xid === 31);
    await until(async () => (await machine.show()).clients.length === 1);
  });

  it('a registration that crashes each time is told, and readings go on', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2 });
    const nvml = await openOn(machine, { backend: 'addon', isolation: 'helper-process', deadlineMs: 5000 });
    await machine.inject({ kind: 'crash', function: 'nvmlDeviceRegisterEvents' });
    const follower = new Follower(nvml.events());
    expect((await follower.next('interrupted')).error).toMatchObject({ code: 'HELPER_CRASHED' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(kinds(follower.items)).toEqual(['interrupted by HELPER_CRASHED']);
    await until(async () => (await nvml.snapshot()).gpus.every(({ name }) => name.state === 'value'));
    await machine.clear();
    await follower.next('snapshot');
    await machine.inject({ kind: 'xid', gpu: 1, xid: 31 });
    await follower.next('gpu', ({ xid }) => xid === 31);
  });

  it('a GPU that crashes the library whenever it is asked is left out; the others are listened to', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 3 });
    const nvml = await openOn(machine, { backend: 'addon', isolation: 'helper-process', deadlineMs: 5000 });
    await machine.inject({ kind: 'crash', gpu: 1 });
    const follower = new Follower(nvml.events());
    const { gpus } = await follower.next('snapshot', (item) => item.gpus[0]?.types.state === 'value');
    expect(gpus.map(({ types }) => types.state)).toEqual(['value', 'failed', 'value']);
    expect(gpus[1]?.types).toMatchObject({ error: { code: 'HELPER_CRASHED' } });
    await machine.inject({ kind: 'xid', gpu: 2, xid: 31 });
    expect(await follower.next('gpu')).toMatchObject({ xid: 31, gpu: { index: 2 } });
  });
});
