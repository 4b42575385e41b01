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

export interface ProcessLists {
  readonly compute: readonly ProcessEntry[];
  readonly graphics?: readonly ProcessEntry[] | undefined;
  readonly mps?: readonly ProcessEntry[] | undefined;
}

/** A process that does both is listed once of each kind; an MPS client is no other kind of compute process, it is listed as what it is. */
export function gpuProcesses({ compute, graphics = [], mps = [] }: ProcessLists): readonly GpuProcess[] {
  const clients = new Set(mps.map(({ pid }) => pid));
  return [
    ...compute.filter(({ pid }) => !clients.has(pid)).map((entry) => gpuProcess(entry, 'compute')),
    ...mps.map((entry) => gpuProcess(entry, 'mps')),
    ...graphics.map((entry) => gpuProcess(entry, 'graphics')),
  ];
}
