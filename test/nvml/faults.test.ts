import { describe, expect, it } from 'vitest';
import type { GpuSnapshot, HostGpu } from '../../lib/nvml/index.ts';
import { WAYS } from './backends.ts';
import { CRASH } from '../library/scripted-backend.ts';
import { openOn, startHost, until } from './host.ts';
import { openScripted } from './scripted.ts';

/** Short enough for a test, long enough for a busy machine. */
const DEADLINE = 400;

function states(gpu: GpuSnapshot | undefined): Set<string> {
  return new Set(Object.values(gpu ?? {}).flatMap((reading: unknown) => (typeof reading === 'object' && reading !== null && 'state' in reading ? [String(reading.state)] : [])));
}

describe.each(WAYS)('through %s', (_, way) => {
  it('a GPU that hangs costs only itself: the others answer, it fails naming the call, and it comes back', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 3 });
    const nvml = await openOn(machine, { ...way, deadlineMs: DEADLINE });
    await machine.inject({ kind: 'hang', gpu: 1 });
    const hung = await nvml.snapshot();
    expect(hung.gpus).toHaveLength(3);
    for (const index of [0, 2]) expect(states(hung.gpus[index])).not.toContain('failed');
    expect(hung.gpus[1]?.retiredPages).toMatchObject({ state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE' } });

    // At once, not after another deadline, and it says which call stands in the way.
    const gpus = await nvml.gpus({ deadlineMs: DEADLINE });
    const failure = await gpus[1]?.retiredPages({ deadlineMs: 60_000 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'DEVICE_UNRESPONSIVE', message: expect.stringMatching(/nvmlDeviceGet\w+, running for \d+ ms/) as string });
    expect(await gpus[0]?.retiredPages()).toEqual([]);

    await machine.clear({ kind: 'hang' });
    await until(async () => (await nvml.snapshot()).gpus[1]?.retiredPages.state === 'value');
    expect(await gpus[1]?.retiredPages()).toEqual([]);
  });

  it('what was read before a hang is given as stale, with its age', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 1, address: 0x50000n });
    const nvml = await openOn(machine, { ...way, deadlineMs: DEADLINE });
    const before = await nvml.snapshot();
    await machine.inject({ kind: 'hang', gpu: 1, function: 'nvmlDeviceGetRetiredPages_v2' });
    const { gpus } = await nvml.snapshot();
    const reading = gpus[1]?.retiredPages;
    if (reading?.state !== 'stale' || before.gpus[1]?.retiredPages.state !== 'value') throw new Error(`pages are ${reading?.state}`);
    expect(reading.value).toEqual(before.gpus[1].retiredPages.value);
    expect(reading.ageMs).toBeGreaterThanOrEqual(DEADLINE / 2);
    // What the batch had read before the hang is fresh.
    expect(gpus[1]?.name).toMatchObject({ state: 'value' });
    expect(gpus[1]?.uuid).toEqual(before.gpus[1].uuid);
    expect(gpus[0]?.retiredPages).toEqual({ state: 'value', value: [] });
  });

  it('a driver that hangs in init still opens: the GPUs are listed from PCI, all readings failed, and later all is well', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const listed: HostGpu[] = (await machine.show()).gpus.map(({ pciBusId, uuid }, index) => (index === 0 ? { pciBusId, uuid } : { pciBusId }));
    await machine.inject({ kind: 'hang', scope: 'driver' });
    const nvml = await openOn(machine, { ...way, deadlineMs: DEADLINE }, { listGpus: () => Promise.resolve(listed) });
    const { driverVersion, gpus } = await nvml.snapshot();
    expect(driverVersion).toMatchObject({ state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE', call: 'nvmlInit_v2' } });
    expect(gpus.map(({ index, pciBusId }) => ({ index, pciBusId }))).toEqual(listed.map(({ pciBusId }, index) => ({ index, pciBusId: { state: 'value', value: pciBusId } })));
    expect(gpus[0]?.uuid).toEqual({ state: 'value', value: listed[0]?.uuid });
    expect(gpus[1]?.uuid).toMatchObject({ state: 'failed' });
    for (const gpu of gpus) expect(gpu.retiredPages).toMatchObject({ state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE' } });
    expect((await nvml.gpus()).map((gpu) => gpu.pciBusId)).toEqual(listed.map((gpu) => gpu.pciBusId));
    await expect((await nvml.gpu(0)).retiredPages()).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE' });

    await machine.clear();
    await until(async () => (await nvml.snapshot()).gpus.every((gpu) => !states(gpu).has('failed')));
    await nvml.close();
    await until(async () => (await machine.show()).clients.length === 0);
  });

  it('an init that succeeds only after the close is taken back', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    await machine.inject({ kind: 'hang', scope: 'driver' });
    const nvml = await openOn(machine, { ...way, deadlineMs: DEADLINE });
    await nvml.close();
    await machine.clear();
    // Long enough for the init to have come and, untaken, to be seen.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await machine.show()).clients).toEqual([]);
  });

  it('a driver that hangs later leaves every GPU listed, stale, and nobody waits for longer than the deadline', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine, { ...way, deadlineMs: DEADLINE });
    const before = await nvml.snapshot();
    await machine.inject({ kind: 'hang', scope: 'driver' });
    const during = await nvml.snapshot();
    expect(during.gpus.map((gpu) => [gpu.uuid, gpu.retiredPages])).toMatchObject(before.gpus.map((gpu) => [{ ...gpu.uuid, state: 'stale' }, { ...gpu.retiredPages, state: 'stale' }]));
    await machine.clear();
    await until(async () => (await nvml.snapshot()).gpus.every((gpu) => gpu.retiredPages.state === 'value'));
  });

  it('a lost GPU says so, the others read on, and a second look costs no new init', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(1);
    const { generation } = nvml;
    await machine.inject({ kind: 'gpu-lost', gpu: 1 });
    await expect(gpu.retiredPages()).rejects.toMatchObject({ code: 'GPU_IS_LOST', status: 15 });
    expect(nvml.generation).toBeGreaterThan(generation);
    const settled = nvml.generation;
    const { gpus } = await nvml.snapshot();
    expect(gpus[1]?.retiredPages).toMatchObject({ state: 'failed', error: { code: 'GPU_IS_LOST', status: 15 } });
    expect(states(gpus[0])).not.toContain('failed');
    expect(nvml.generation).toBe(settled);
  });

  it('a driver reload under us ends the generation, and the same objects read on', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 1, address: 0x50000n });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(1);
    expect(await gpu.pageRetirementPending()).toBe(true);
    const { generation } = nvml;
    await machine.reloadDriver({ force: true });
    expect(await gpu.pageRetirementPending()).toBe(false);
    expect(nvml.generation).toBeGreaterThan(generation);
    for (const one of (await nvml.snapshot()).gpus) expect(states(one)).not.toContain('failed');
    // Again, by way of a snapshot, in which all GPUs find out at once.
    await machine.reloadDriver({ force: true });
    for (const one of (await nvml.snapshot()).gpus) expect(states(one)).not.toContain('failed');
    await nvml.close();
    expect((await machine.show()).clients).toEqual([]);
  });

  it('quiesce lets go of the driver, so that it can be reloaded; resume begins a new generation', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    await machine.inject({ kind: 'double-bit-ecc', gpu: 0, address: 0x50000n });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await gpu.retiredPages();
    await expect(machine.reloadDriver()).rejects.toMatchObject({ code: 'MACHINE_BUSY' });
    const { generation } = nvml;
    await nvml.quiesce();
    await nvml.quiesce();
    await expect(gpu.retiredPages()).rejects.toMatchObject({ code: 'CLOSED', message: expect.stringContaining('resume()') as string });
    await machine.reloadDriver();
    await nvml.resume();
    expect(nvml.generation).toBeGreaterThan(generation);
    expect(await gpu.pageRetirementPending()).toBe(false);
    expect(await gpu.retiredPages()).toHaveLength(1);
  });

  it('an error that passes is told with its status while it lasts', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await machine.inject({ kind: 'fail', gpu: 0, function: 'nvmlDeviceGetRetiredPagesPendingStatus', returnCode: 999, times: 2 });
    for (let i = 0; i < 2; i += 1) await expect(gpu.pageRetirementPending()).rejects.toMatchObject({ code: 'VENDOR_ERROR', status: 999, call: 'nvmlDeviceGetRetiredPagesPendingStatus' });
    expect(await gpu.pageRetirementPending()).toBe(false);
  });

  it('two hosts in one process do not know of each other', async () => {
    const [one, other] = [await startHost('tesla-v100-8', { gpus: 1 }), await startHost('hgx-a100-8', { gpus: 2 })];
    const [first, second] = [await openOn(one, way), await openOn(other, way)];
    await one.inject({ kind: 'hang', scope: 'driver' });
    const [hung, well] = await Promise.all([first.snapshot({ deadlineMs: DEADLINE }), second.snapshot()]);
    expect(hung.driverVersion.state).toBe('failed');
    expect(well.gpus.map((gpu) => gpu.name)).toEqual((await other.show()).gpus.map((gpu) => ({ state: 'value', value: gpu.name })));
    expect((await one.show()).clients).toHaveLength(1);
    await first.close();
    await one.clear();
  });

  it('a hanging GPU does not delay the finding of another one, by UUID either', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    await machine.inject({ kind: 'hang', gpu: 1 });
    const nvml = await openOn(machine, { ...way, deadlineMs: 600_000 });
    const uuid = (await machine.show()).gpus[0]?.uuid ?? '';
    expect((await nvml.gpu(uuid)).index).toBe(0);
    expect((await nvml.gpu(0)).uuid).toBe(uuid);
    await machine.clear();
  });

  it('a close does not wait for a hanging call', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    const nvml = await openOn(machine, { ...way, deadlineMs: DEADLINE });
    const gpu = await nvml.gpu(0);
    await machine.inject({ kind: 'hang', gpu: 0 });
    const abort = new AbortController();
    const waiting = gpu.retiredPages({ deadlineMs: 600_000, signal: abort.signal }).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await nvml.close();
    abort.abort();
    expect(['CLOSED', 'ABORTED']).toContain(((await waiting) as { code: string }).code);
    expect((await machine.show()).clients).toEqual([]);
  });

  it('an abort ends the waiting at once', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    const nvml = await openOn(machine, way);
    const gpu = await nvml.gpu(0);
    await machine.inject({ kind: 'hang', gpu: 0 });
    const abort = new AbortController();
    const waiting = gpu.retiredPages({ signal: abort.signal, deadlineMs: 600_000 });
    setTimeout(() => abort.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(nvml.snapshot({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('in a helper', () => {
  it('a crash of the library costs the call that crashed; the next ones get a new process and new handles', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine, { backend: 'addon', isolation: 'helper-process' });
    const gpu = await nvml.gpu(1);
    const { generation } = nvml;
    await machine.inject({ kind: 'crash', gpu: 1, function: 'nvmlDeviceGetTemperature' });
    await machine.inject({ kind: 'crash', gpu: 1, function: 'nvmlDeviceGetTemperatureV' });
    const { gpus } = await nvml.snapshot();
    expect(gpus[1]?.temperatureCelsius).toMatchObject({ state: 'failed', error: { code: 'HELPER_CRASHED' } });
    expect(gpus[1]?.processes).toMatchObject({ state: 'value' });
    expect(await gpu.retiredPages()).toEqual([]);
    expect(nvml.generation).toBeGreaterThan(generation);
    expect((await machine.show()).clients).toHaveLength(1);
  });
});

describe('after a crash in a helper', () => {
  const way = { backend: 'addon', isolation: 'helper-process', deadlineMs: 5000 } as const;
  const crashed = (call: string): object => ({ state: 'failed', error: { code: 'HELPER_CRASHED', call } });

  it('only the GPU that crashes it stays unread; the next looks do not let it disturb the others, and find it well again', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 3 });
    const nvml = await openOn(machine, way);
    await machine.inject({ kind: 'crash', gpu: 1 });
    const first = await nvml.snapshot();
    expect(first.gpus[1]?.retiredPages).toMatchObject(crashed('nvmlDeviceGetHandleByIndex_v2'));
    for (const gpu of [first.gpus[0], first.gpus[2]]) expect(states(gpu)).not.toContain('failed');
    expect(first.driverVersion.state).toBe('value');

    // Too soon to ask it again: no crash, so no new generation.
    const { generation } = nvml;
    const second = await nvml.snapshot();
    expect(second.gpus.map((gpu) => states(gpu).has('failed'))).toEqual([false, true, false]);
    expect(second.gpus[1]?.retiredPages).toMatchObject({ state: 'failed', error: { code: 'HELPER_CRASHED', call: 'nvmlDeviceGetHandleByIndex_v2', message: expect.stringMatching(/1 time in a row: it is asked again in \d s/) as string } });
    await nvml.snapshot();
    expect(nvml.generation - generation).toBeLessThanOrEqual(1);

    await machine.clear();
    await until(async () => (await nvml.snapshot()).gpus.every((gpu) => !states(gpu).has('failed')));
    expect(await (await nvml.gpu(1)).retiredPages()).toEqual([]);
  });

  it('a call that crashes on every GPU costs each of them that call alone', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 3 });
    await machine.inject({ kind: 'crash', function: 'nvmlDeviceGetName' });
    const { gpus } = await (await openOn(machine, way)).snapshot();
    for (const gpu of gpus) {
      expect(gpu.name).toMatchObject(crashed('nvmlDeviceGetName'));
      expect({ ...gpu, name: undefined, index: undefined }).not.toMatchObject({ retiredPages: { state: 'failed' } });
      expect(gpu.retiredPages).toEqual({ state: 'value', value: [] });
    }
  });

  it('a crash in the call that tells who a GPU is names that call', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    await machine.inject({ kind: 'crash', gpu: 0, function: 'nvmlDeviceGetUUID' });
    const { gpus } = await (await openOn(machine, way)).snapshot();
    expect(gpus[0]?.retiredPages).toMatchObject(crashed('nvmlDeviceGetUUID'));
    expect(states(gpus[1])).not.toContain('failed');
  });

  it('a library-wide call that crashes leaves the GPUs their values, in later looks too', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine, way);
    await machine.inject({ kind: 'crash', function: 'nvmlSystemGetNVMLVersion' });
    for (let looks = 0; looks < 3; looks += 1) {
      const { nvmlVersion, driverVersion, gpus } = await nvml.snapshot();
      expect(nvmlVersion).toMatchObject(crashed('nvmlSystemGetNVMLVersion'));
      expect(driverVersion.state).toBe('value');
      for (const gpu of gpus) expect(states(gpu)).not.toContain('failed');
    }
  });

  it('a GPU that hangs in the meantime silences only itself', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 4 });
    const nvml = await openOn(machine, way);
    await machine.inject({ kind: 'crash', gpu: 1 });
    await machine.inject({ kind: 'hang', gpu: 0 });
    const { gpus } = await nvml.snapshot();
    expect(gpus[0]?.retiredPages).toMatchObject({ state: 'failed', error: { code: 'DEVICE_UNRESPONSIVE' } });
    expect(gpus[1]?.retiredPages).toMatchObject(crashed('nvmlDeviceGetHandleByIndex_v2'));
    for (const gpu of gpus.slice(2)) expect(states(gpu)).not.toContain('failed');
  });

  it('an init that crashes is tried a few times a snapshot, not once for each GPU', async () => {
    let inits = 0;
    let crashes = false;
    const { nvml, uuids } = await openScripted({
      nvmlInit_v2: () => ((inits += 1), crashes ? CRASH : 0),
      nvmlDeviceGetName: () => (crashes ? CRASH : 3),
    });
    uuids.push(...Array.from({ length: 14 }, (_, index) => `GPU-${index}`));
    expect((await nvml.snapshot()).gpus).toHaveLength(16);
    crashes = true;
    inits = 0;
    const { gpus } = await nvml.snapshot();
    expect(gpus).toHaveLength(16);
    expect(inits).toBeGreaterThan(0);
    expect(inits).toBeLessThanOrEqual(4);
    inits = 0;
    expect((await nvml.snapshot()).gpus.length).toBe(16);
    expect(inits).toBeLessThanOrEqual(4);
    crashes = false;
    await until(async () => (await nvml.snapshot()).gpus.every((gpu) => gpu.uuid.state === 'value'));
  });
});

describe('opening', () => {
  it('fails with the vendor’s word where the driver is not loaded, and holds nothing', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    await machine.inject({ kind: 'driver-not-loaded' });
    await expect(openOn(machine)).rejects.toMatchObject({ code: 'DRIVER_NOT_LOADED', status: 9 });
  });

  it.each(WAYS)('fails through %s for a library that is not there with its path, and for one that is no library with the loader’s words', async (_, way) => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    const there = { ...machine, nvmlLibrary: machine.file };
    await expect(openOn({ ...machine, nvmlLibrary: '/nowhere/libnvidia-ml.so.1' }, way)).rejects.toMatchObject({ code: 'LIBRARY_NOT_FOUND', message: expect.stringContaining('/nowhere/libnvidia-ml.so.1') as string });
    await expect(openOn(there, way)).rejects.toMatchObject({ code: 'LIBRARY_LOAD_FAILED', message: expect.stringMatching(/ELF header|file too short/) as string });
  });

  it('refuses a backend that a hanging driver would stop', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    await expect(openOn(machine, { backend: 'koffi', isolation: 'in-process' })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  it('closes once, and says so afterwards', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 1 });
    const nvml = await openOn(machine);
    const gpu = await nvml.gpu(0);
    await nvml.close();
    await nvml.close();
    await expect(gpu.retiredPages()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(nvml.snapshot()).rejects.toMatchObject({ code: 'CLOSED' });
    expect((await machine.show()).clients).toEqual([]);
  });

  it('refuses a deadline that is none', async () => {
    for (const deadlineMs of [0, -1, Number.NaN, Infinity]) await expect(openOn(await startHost('tesla-v100-8', { gpus: 1 }), { deadlineMs })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
