/** Module ids that were learnt, kept for when NVML cannot see the GPU, and forgotten when the hardware is another. */
import { decodeDocument, encodeDocument, invalid, type DocumentKind } from '../checked-document.ts';
import type { ModuleReading, PlacedGpu } from './module-map.ts';

export interface Remembered {
  /** Of every GPU that the host had then, whether its module was known or not. */
  readonly pciBusIds: readonly string[];
  readonly gpus: readonly PlacedGpu[];
}

const KIND: DocumentKind = { name: 'gpuwright-module-ids', version: 1, remedy: 'move it away, it is learnt anew while the NVIDIA driver sees the GPUs' };

export function encodeRemembered(remembered: Remembered): string {
  return encodeDocument(KIND, remembered);
}

/** Throws `LEDGER_INVALID`. */
export function decodeRemembered(path: string, text: string): Remembered {
  const { pciBusIds, gpus } = decodeDocument(KIND, path, text) as Partial<Record<keyof Remembered, unknown>>;
  if (!Array.isArray(pciBusIds) || !pciBusIds.every(isText)) throw invalid(KIND, path, 'its addresses cannot be read');
  if (!Array.isArray(gpus) || !gpus.every(isPlaced)) throw invalid(KIND, path, 'its GPUs cannot be read');
  return { pciBusIds, gpus };
}

/**
 * Why what is remembered says nothing about this host any more; undefined while it does. A GPU that the driver does not see now keeps
 * its place as long as nothing that is seen has changed.
 */
export function hardwareChange(remembered: Remembered, seen: readonly ModuleReading[], present: readonly string[]): string | undefined {
  const gone = remembered.pciBusIds.filter((address) => !present.includes(address));
  const added = present.filter((address) => !remembered.pciBusIds.includes(address));
  if (gone.length > 0 || added.length > 0) {
    const changes = [...gone.map((address) => `${address} is gone`), ...added.map((address) => `${address} is new`)];
    return `the hardware changed since they were learnt: ${changes.join(', ')}`;
  }
  for (const gpu of remembered.gpus) {
    for (const now of seen.filter((reading) => reading.pciBusId === gpu.pciBusId)) {
      const was = `the hardware changed since they were learnt: ${gpu.pciBusId}`;
      if (gpu.uuid !== null && now.uuid !== null && gpu.uuid !== now.uuid) return `${was} is ${now.uuid} and was ${gpu.uuid}`;
      if (now.moduleId !== null && now.moduleId !== gpu.moduleId) return `${was} is module ${now.moduleId} and was ${gpu.moduleId}`;
    }
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPlaced(value: unknown): value is PlacedGpu {
  const { moduleId, pciBusId, uuid } = (value ?? {}) as Record<string, unknown>;
  return Number.isInteger(moduleId) && (moduleId as number) >= 1 && isText(pciBusId) && (uuid === null || isText(uuid));
}
