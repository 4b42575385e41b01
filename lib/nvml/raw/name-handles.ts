/** The way back: handles in an answer, and what they belong to, as handle-name.ts would have it written. */
import type { FieldType } from '../../abi/layout.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { FunctionDescriptor, InputsOf, OutputsOf } from '../../abi/parameters.ts';
import { isGpuwrightError } from '../../errors.ts';
import type { Deadline } from '../../library/deadline.ts';
import { LIBRARY_LANE } from '../../library/lease.ts';
import { functionCall } from '../../library/library-call.ts';
import type { NvmlCore } from '../session/nvml-core.ts';

const NULL = 0n;

/** Those that can be told: GPUs, MIG devices and instances. Never rejects for an answer of the library. */
export async function nameHandles(core: NvmlCore, descriptor: FunctionDescriptor, outputs: unknown, deadline: Deadline): Promise<ReadonlyMap<bigint, string>> {
  const ask = async <D extends FunctionDescriptor>(called: D, inputs: InputsOf<D>): Promise<OutputsOf<D> | undefined> => {
    try {
      return await core.session.library.run(LIBRARY_LANE, functionCall(called, inputs), { deadlineMs: deadline.deadlineMs, signal: deadline.signal });
    } catch (error) {
      if (isGpuwrightError(error)) return undefined;
      throw error;
    }
  };
  const nameOfDevice = async (device: bigint): Promise<string | undefined> => {
    const { uuid } = (await ask(c.nvmlDeviceGetUUID, { device })) ?? {};
    if (uuid?.startsWith('MIG-') === true) return uuid;
    const index = (await ask(c.nvmlDeviceGetIndex, { device }))?.index;
    return index === undefined ? uuid : String(index);
  };
  const nameOfGpuInstance = async (gpuInstance: bigint): Promise<string | undefined> => {
    const info = (await ask(c.nvmlGpuInstanceGetInfo, { gpuInstance }))?.info;
    const gpu = info === undefined ? undefined : await nameOfDevice(info.device);
    return info === undefined || gpu === undefined ? undefined : `${gpu}/${info.id}`;
  };
  const nameOfComputeInstance = async (computeInstance: bigint): Promise<string | undefined> => {
    const info = (await ask(c.nvmlComputeInstanceGetInfo_v2, { computeInstance }))?.info;
    const gpuInstance = info === undefined ? undefined : await nameOfGpuInstance(info.gpuInstance);
    return info === undefined || gpuInstance === undefined ? undefined : `${gpuInstance}/${info.id}`;
  };
  const namers: Readonly<Record<string, (handle: bigint) => Promise<string | undefined>>> = {
    nvmlDevice_t: nameOfDevice, nvmlGpuInstance_t: nameOfGpuInstance, nvmlComputeInstance_t: nameOfComputeInstance,
  };

  const names = new Map<bigint, string>();
  for (const [handle, type] of handlesIn(descriptor, outputs)) {
    const name = await namers[type]?.(handle);
    if (name !== undefined) names.set(handle, name);
  }
  return names;
}

/** With their C types. */
function handlesIn({ parameters }: FunctionDescriptor, outputs: unknown): Map<bigint, string> {
  const found = new Map<bigint, string>();
  const look = (type: FieldType, value: unknown): void => {
    if (type.kind === 'u64' && typeof value === 'bigint' && value !== NULL) found.set(value, type.c);
    else if ((type.kind === 'array' || type.kind === 'pointer') && Array.isArray(value)) for (const one of value) look(type.element, one);
    else if (type.kind === 'struct') for (const { name, type: field } of type.members) look(field, (value as Readonly<Record<string, unknown>>)[name]);
  };
  for (const [name, value] of Object.entries(outputs ?? {})) {
    const parameter = parameters[name];
    if (parameter?.kind === 'handle-out' && typeof value === 'bigint') found.set(value, parameter.c);
    else if (parameter !== undefined && 'element' in parameter && Array.isArray(value)) for (const one of value) look(parameter.element, one);
    else if (parameter !== undefined && 'type' in parameter) look(parameter.type, value);
  }
  return found;
}
