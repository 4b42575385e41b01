/** A libnvidia-ml of two GPUs in TypeScript, for answers that no simulated host gives. */
import type { HostGpu, Nvml as NvmlType, NvmlOptions } from '../../lib/nvml/index.ts';
import { Nvml } from '../../lib/nvml/index.ts';
import type { ScriptedFunction } from '../library/scripted-backend.ts';
import { ScriptedBackend, writeText, writeU32, writeU64 } from '../library/scripted-backend.ts';

export interface ScriptedHost {
  readonly nvml: NvmlType;
  readonly backend: ScriptedBackend;
  /** By index; what the library answers now. */
  readonly uuids: string[];
  readonly busIds: string[];
}

/** nvmlPciInfo_t.busId */
const BUS_ID = 16 + 5 * 4;

export async function openScripted(functions: Readonly<Record<string, ScriptedFunction>> = {}, options: NvmlOptions = {}, listed: readonly HostGpu[] = []): Promise<ScriptedHost> {
  const uuids = ['GPU-a', 'GPU-b'];
  const busIds = ['00000000:3B:00.0', '00000000:AF:00.0'];
  const indexOf = (handle: bigint | undefined): number => Number((handle ?? 0n) - 100n);
  const backend = new ScriptedBackend({
    nvmlInit_v2: () => 0,
    nvmlShutdown: () => 0,
    nvmlSystemGetDriverVersion: (frame) => (writeText(frame, 0, '535.1'), 0),
    nvmlDeviceGetCount_v2: (frame) => (writeU32(frame, 0, uuids.length), 0),
    nvmlDeviceGetHandleByIndex_v2: (frame) => (writeU64(frame, 1, 100n + (frame.words[0] ?? 0n)), 0),
    nvmlDeviceGetUUID: (frame) => (writeText(frame, 1, uuids[indexOf(frame.words[0])] ?? ''), 0),
    nvmlDeviceGetPciInfo_v3: (frame) => (frame.memory.set(Buffer.from(`${busIds[indexOf(frame.words[0])] ?? ''}\0`), Number(frame.words[1]) + BUS_ID), 0),
    ...functions,
  });
  const nvml = await Nvml.open({ deadlineMs: 200, ...options }, { createBackend: () => Promise.resolve(backend), listGpus: () => Promise.resolve(listed) });
  return { nvml, backend, uuids, busIds };
}
