/** Module ids out of the text of `nvidia-smi -q`, for drivers before R535, whose NVML has no function for them. */
import { GpuwrightError } from '../../errors.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';
import type { ModuleReading } from './module-map.ts';

const HEADER = /^GPU ([0-9a-f:.]+)\s*$/i;
/** Drivers write `Module ID` and `Module Id`, in different sections and columns. */
const MODULE_ID = /^\s+module id\s*:\s*(.*?)\s*$/i;
const UUID = /^\s+gpu uuid\s*:\s*(GPU-\S+)\s*$/i;

/** One reading for each GPU of the text; its module id is null where the text has none. Throws `IMPLAUSIBLE_ANSWER` for one that says two things. */
export function modulesInNvidiaSmiText(text: string): ModuleReading[] {
  const gpus: { pciBusId: string; uuid: string | null; moduleId: number | null }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const address = normalizePciAddress(HEADER.exec(line)?.[1] ?? '');
    if (address !== undefined) gpus.push({ pciBusId: address, uuid: null, moduleId: null });
    const gpu = gpus.at(-1);
    if (gpu === undefined) continue;
    gpu.uuid ??= UUID.exec(line)?.[1] ?? null;
    const moduleId = MODULE_ID.exec(line)?.[1];
    // N/A, and whatever words a driver may find for it.
    if (moduleId === undefined || !/^\d+$/.test(moduleId)) continue;
    if (gpu.moduleId !== null && gpu.moduleId !== Number(moduleId)) {
      throw new GpuwrightError('IMPLAUSIBLE_ANSWER', `nvidia-smi -q: gives ${gpu.pciBusId} the module ids ${gpu.moduleId} and ${moduleId}: give a map`);
    }
    gpu.moduleId = Number(moduleId);
  }
  return gpus;
}
