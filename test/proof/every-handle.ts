/** A host that has one of everything, and a handle of each kind on it. */
import type { FunctionDescriptor, InputsOf, OutputsOf } from '../../lib/abi/index.ts';
import { nvmlFunctions as c } from '../../lib/abi/index.ts';
import type { Machine } from '../../mocks/control/index.ts';
import { startHost } from '../nvml/host.ts';

/** Profiles of an H100: one instance that is the whole GPU. */
const WHOLE_GPU_INSTANCE = 0;
const WHOLE_COMPUTE_INSTANCE = 4;

export async function fullHost(): Promise<Machine> {
  const machine = await startHost('hgx-h100-8', { driver: '610.43.02', attributes: { 'units.count': 1 } });
  await machine.set(0, { 'mig.pending-mode': true });
  return machine;
}

/** By any way of calling; the library must be initialised. */
export async function everyHandle(call: <D extends FunctionDescriptor>(descriptor: D, inputs: InputsOf<D>) => OutputsOf<D> | Promise<OutputsOf<D>>): Promise<(type: string) => bigint> {
  const { device } = await call(c.nvmlDeviceGetHandleByIndex_v2, { index: 0 });
  const { gpuInstance } = await call(c.nvmlDeviceCreateGpuInstance, { device, profileId: WHOLE_GPU_INSTANCE });
  const { computeInstance } = await call(c.nvmlGpuInstanceCreateComputeInstance, { gpuInstance, profileId: WHOLE_COMPUTE_INSTANCE });
  const handles: Readonly<Record<string, bigint>> = {
    nvmlDevice_t: device,
    nvmlGpuInstance_t: gpuInstance,
    nvmlComputeInstance_t: computeInstance,
    nvmlEventSet_t: (await call(c.nvmlEventSetCreate, {})).set,
    nvmlGpmSample_t: (await call(c.nvmlGpmSampleAlloc, {})).gpmSample,
    nvmlUnit_t: (await call(c.nvmlUnitGetHandleByIndex, { index: 0 })).unit,
  };
  return (type) => {
    const handle = handles[type];
    if (handle === undefined) throw new Error(`no handle of ${type}`);
    return handle;
  };
}
