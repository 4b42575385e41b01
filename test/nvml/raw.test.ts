import { describe, expect, it } from 'vitest';
import { nvmlFunction, nvmlFunctions } from '../../lib/abi/nvml/functions.ts';
import type { FunctionDescriptor } from '../../lib/abi/parameters.ts';
import { openOn, startHost } from './host.ts';

function described(symbol: string): FunctionDescriptor {
  const found = nvmlFunction(symbol);
  if (found === undefined) throw new Error(`${symbol} is not described`);
  return found;
}

describe('the C library itself', () => {
  it('can be called synchronously', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine, { backend: 'addon', isolation: 'in-process' });
    const state = await machine.show();
    expect(nvml.raw.nvmlDeviceGetCount_v2({})).toEqual({ deviceCount: 2 });
    const { device } = nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index: 1 });
    expect(nvml.raw.nvmlDeviceGetUUID({ device })).toEqual({ uuid: state.gpus[1]?.uuid });
    expect(nvml.raw.nvmlErrorString({ result: 3 })).toBe('Not Supported');
    expect(() => nvml.raw.nvmlDeviceGetHandleByIndex_v2({ index: 9 })).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', status: 2 }) as Error);
    expect(Object.keys(nvml.raw).sort()).toEqual(Object.keys(nvmlFunctions).sort());
  });

  it('can be called on lanes, each GPU on its own', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine, { deadlineMs: 400 });
    await nvml.snapshot();
    const { device } = await nvml.rawAsync.nvmlDeviceGetHandleByIndex_v2({ index: 1 });
    await machine.inject({ kind: 'hang', gpu: 1 });
    await expect(nvml.rawAsync.nvmlDeviceGetName({ device })).rejects.toMatchObject({ code: 'DEVICE_UNRESPONSIVE' });
    expect(await nvml.rawAsync.nvmlDeviceGetCount_v2({})).toEqual({ deviceCount: 2 });
    expect(await nvml.rawAsync.nvmlErrorString({ result: 0 })).toBe('Success');
  });

  it('is not synchronous in a helper, and says so by name', async () => {
    const nvml = await openOn(await startHost('tesla-v100-8', { gpus: 1 }), { backend: 'koffi', isolation: 'helper-process' });
    expect(() => nvml.raw.nvmlDeviceGetCount_v2({})).toThrow(expect.objectContaining({ code: 'SYNC_UNAVAILABLE', call: 'nvmlDeviceGetCount_v2' }) as Error);
    expect(await nvml.rawAsync.nvmlDeviceGetCount_v2({})).toEqual({ deviceCount: 1 });
  });

  it('can be called by a name from outside, with a GPU in place of its handle', async () => {
    const machine = await startHost('tesla-v100-8', { gpus: 2 });
    const nvml = await openOn(machine);
    const handles = { device: (await machine.show()).gpus[1]?.uuid ?? '' };
    expect(await nvml.callRaw(described('nvmlDeviceGetMinorNumber'), { values: {}, handles })).toEqual({ minorNumber: 1 });
    await nvml.callRaw(described('nvmlDeviceSetPersistenceMode'), { values: { mode: 'disabled' }, handles });
    expect((await machine.show()).gpus.map((one) => one.persistence)).toEqual([true, false]);
    expect(await nvml.callRaw(described('nvmlDeviceGetCount_v2'), { values: {} })).toEqual({ deviceCount: 2 });
    await expect(nvml.callRaw(described('nvmlDeviceGetName'), { values: {}, handles: { device: '7' } })).rejects.toMatchObject({ code: 'GPU_NOT_FOUND' });
  });

  it('finds instances and MIG devices by name, and names those that it answers', async () => {
    const machine = await startHost('hgx-a100-8', { gpus: 2, attributes: { 'gpu.1.mig.mode': true, 'host.permissions': 'root' } });
    const nvml = await openOn(machine);
    const call = async (symbol: string, values: object, handles: Readonly<Record<string, string>>) => {
      const outputs = await nvml.callRaw(described(symbol), { values: { ...values }, handles });
      return { outputs, names: [...(await nvml.handleNames(described(symbol), outputs)).values()] };
    };
    const { info } = (await call('nvmlDeviceGetGpuInstanceProfileInfo', { profile: 0 }, { device: '1' })).outputs as { info: { id: number } };
    const [name = ''] = (await call('nvmlDeviceCreateGpuInstance', { profileId: info.id }, { device: '1' })).names;
    expect(name).toMatch(/^1\/\d+$/);
    expect((await call('nvmlDeviceGetGpuInstances', { profileId: info.id }, { device: '1' })).names).toEqual([name]);
    expect((await call('nvmlGpuInstanceGetInfo', {}, { gpuInstance: name })).outputs).toMatchObject({ info: { id: Number(name.slice(2)), profileId: info.id } });
    expect((await call('nvmlGpuInstanceCreateComputeInstance', { profileId: 0 }, { gpuInstance: name })).names).toEqual([`${name}/0`]);
    expect((await call('nvmlComputeInstanceGetInfo_v2', {}, { computeInstance: `${name}/0` })).outputs).toMatchObject({ info: { id: 0, profileId: 0 } });

    const { uuid } = (await call('nvmlDeviceGetUUID', {}, { device: '1/mig0' })).outputs as { uuid: string };
    expect(uuid).toMatch(/^MIG-/);
    expect((await call('nvmlDeviceIsMigDeviceHandle', {}, { device: uuid })).outputs).toEqual({ isMigDevice: 1 });
    expect((await call('nvmlDeviceGetDeviceHandleFromMigDeviceHandle', {}, { migDevice: uuid })).names).toEqual(['1']);
    expect((await call('nvmlDeviceGetMigDeviceHandleByIndex', { index: 0 }, { device: '1' })).names).toEqual([uuid]);
    await expect(call('nvmlGpuInstanceGetInfo', {}, { gpuInstance: '1/99' })).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining("gpuInstance '1/99'") as string });
  });

  it('makes event sets and samples for the call that needs them', async () => {
    const machine = await startHost('hgx-h100-8', { gpus: 1, attributes: { 'gpu.0.load.gpu-percent': 80 } });
    const nvml = await openOn(machine);
    const waiting = nvml.callRaw(described('nvmlEventSetWait_v2'), { values: { timeoutms: 1500 }, handles: { set: '0' } });
    const xid = setInterval(() => void machine.inject({ kind: 'xid', gpu: 0, xid: 79 }), 100);
    try {
      expect(await waiting).toMatchObject({ data: { eventType: 8n, eventData: 79n } });
    } finally {
      clearInterval(xid);
    }
    await expect(nvml.callRaw(described('nvmlEventSetWait_v2'), { values: { timeoutms: 1 }, handles: { set: 'new' } })).rejects.toMatchObject({ code: 'TIMEOUT' });
    const metricsGet = { numMetrics: 1, metrics: [{ metricId: 1 }] };
    expect(await nvml.callRaw(described('nvmlGpmMetricsGet'), { values: { metricsGet }, handles: { 'metricsGet.sample1': '0', 'metricsGet.sample2': '0' } })).toMatchObject({
      metricsGet: { metrics: [{ metricId: 1, value: 80 }, ...new Array<unknown>(332).fill({})] },
    });
    await expect(nvml.callRaw(described('nvmlDeviceGetCount_v2'), { values: {}, handles: { device: '0' } })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });
});
