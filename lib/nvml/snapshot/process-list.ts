import { VALUE_NOT_AVAILABLE_U32, VALUE_NOT_AVAILABLE_U64 } from '../../abi/nvml/constants.ts';
import type { ProcessEntry } from '../../abi/nvml/families.ts';
import type { GpuProcess } from '../types.ts';

function gpuProcess(entry: ProcessEntry, kind: GpuProcess['kind']): GpuProcess {
  const known = (id: number | undefined): id is number => id !== undefined && id !== VALUE_NOT_AVAILABLE_U32;
  return {
    pid: entry.pid,
    kind,
    ...(entry.usedGpuMemory !== VALUE_NOT_AVAILABLE_U64 && { usedMemoryBytes: entry.usedGpuMemory }),
    ...(known(entry.gpuInstanceId) && { gpuInstanceId: entry.gpuInstanceId }),
    ...(known(entry.computeInstanceId) && { computeInstanceId: entry.computeInstanceId }),
  };
}

/** A process that does both is listed once of each kind. */
export function gpuProcesses(compute: readonly ProcessEntry[], graphics: readonly ProcessEntry[] | undefined): readonly GpuProcess[] {
  return [...compute.map((entry) => gpuProcess(entry, 'compute')), ...(graphics ?? []).map((entry) => gpuProcess(entry, 'graphics'))];
}
