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
    const gpu = { parameter: 'device', id: (await machine.show()).gpus[1]?.uuid ?? '' };
    expect(await nvml.callRaw(described('nvmlDeviceGetMinorNumber'), { values: {}, gpu })).toEqual({ minorNumber: 1 });
    await nvml.callRaw(described('nvmlDeviceSetPersistenceMode'), { values: { mode: 'disabled' }, gpu });
    expect((await machine.show()).gpus.map((one) => one.persistence)).toEqual([true, false]);
    expect(await nvml.callRaw(described('nvmlDeviceGetCount_v2'), { values: {} })).toEqual({ deviceCount: 2 });
    await expect(nvml.callRaw(described('nvmlDeviceGetName'), { values: {}, gpu: { parameter: 'device', id: '7' } })).rejects.toMatchObject({ code: 'GPU_NOT_FOUND' });
  });
});
