/**
 * Which GPU sits in which module of its baseboard. Fabric Manager speaks of modules (physical ids), the rest of the host of PCI addresses; the
 * two orders have nothing to do with each other, so what is not known is not filled in.
 */
import { GpuwrightError } from '../../errors.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';

/** A GPU as a source tells it. */
export interface ModuleReading {
  readonly pciBusId: string;
  readonly uuid: string | null;
  /** Null where the source sees the GPU and cannot tell. */
  readonly moduleId: number | null;
}

/** A GPU whose place is known. PCI address in NVML's spelling. */
export interface PlacedGpu {
  readonly moduleId: number;
  readonly pciBusId: string;
  readonly uuid: string | null;
}

/** Readings with who told them: `NVML`, `the map that was given`. */
export interface ModuleSource {
  readonly name: string;
  readonly gpus: readonly ModuleReading[];
}

export class ModuleMap {
  readonly gpus: readonly PlacedGpu[];
  /** What was forgotten on the way here, and why; null where nothing was. */
  readonly forgotten: string | null;

  constructor(gpus: readonly PlacedGpu[], forgotten: string | null = null) {
    this.gpus = gpus.toSorted((a, b) => a.moduleId - b.moduleId);
    this.forgotten = forgotten;
  }

  inModule(moduleId: number): PlacedGpu | undefined {
    return this.gpus.find((gpu) => gpu.moduleId === moduleId);
  }

  /** Takes any spelling of an address. */
  at(pciBusId: string): PlacedGpu | undefined {
    const address = normalizePciAddress(pciBusId);
    return this.gpus.find((gpu) => gpu.pciBusId === address);
  }

  /** For the modules of GPUs that somebody named by address. Throws `MODULE_ID_UNKNOWN`. */
  moduleAt(pciBusId: string): number {
    const gpu = this.at(pciBusId);
    if (gpu === undefined) throw this.unknown(`the GPU at ${pciBusId}`);
    return gpu.moduleId;
  }

  unknown(what: string): GpuwrightError {
    const reason = this.forgotten === null ? 'NVML does not see it or cannot tell, and nothing is remembered' : this.forgotten;
    return new GpuwrightError(
      'MODULE_ID_UNKNOWN',
      `module ids: ${what} is in no known module (${reason}): let the NVIDIA driver see the GPU once (driver R535 or later, else nvidia-smi -q), or give a map`,
    );
  }
}

/**
 * What the sources say together. Each may know GPUs that the others do not; where two speak of one GPU or of one module they must agree. Throws
 * `MODULE_ID_UNKNOWN` naming both where they do not, for then one of them is wrong and a wrong one joins tenants.
 */
export function mergeSources(sources: readonly ModuleSource[]): PlacedGpu[] {
  const merged: { readonly gpu: PlacedGpu; readonly from: string }[] = [];
  for (const { name, gpus } of sources) {
    for (const reading of gpus) {
      if (reading.moduleId === null) continue;
      const gpu = placed(name, reading, reading.moduleId);
      const place = merged.findIndex((known) => known.gpu.pciBusId === gpu.pciBusId);
      const clash = merged.find(({ gpu: known }) => contradicts(known, gpu));
      if (clash !== undefined) {
        throw new GpuwrightError('MODULE_ID_UNKNOWN', `module ids: ${clash.from} says ${told(clash.gpu)}, ${name} says ${told(gpu)}: find out which is wrong before any partition is activated`);
      }
      const known = merged[place];
      if (known === undefined) merged.push({ gpu, from: name });
      else if (known.gpu.uuid === null) merged[place] = { gpu, from: known.from };
    }
  }
  return merged.map(({ gpu }) => gpu);
}

function placed(source: string, reading: ModuleReading, moduleId: number): PlacedGpu {
  const pciBusId = normalizePciAddress(reading.pciBusId);
  if (pciBusId === undefined) throw new GpuwrightError('INVALID_INPUT', `module ids: ${source} names ${JSON.stringify(reading.pciBusId)}, which is no PCI address: write it as 0000:3b:00.0`);
  if (!Number.isInteger(moduleId) || moduleId < 1) throw new GpuwrightError('INVALID_INPUT', `module ids: ${source} gives ${pciBusId} the module id ${String(moduleId)}: they are whole numbers from 1`);
  return { moduleId, pciBusId, uuid: reading.uuid };
}

function contradicts(a: PlacedGpu, b: PlacedGpu): boolean {
  const sameUuid = a.uuid !== null && a.uuid === b.uuid;
  if (a.pciBusId !== b.pciBusId) return a.moduleId === b.moduleId || sameUuid;
  return a.moduleId !== b.moduleId || (a.uuid !== null && b.uuid !== null && !sameUuid);
}

function told(gpu: PlacedGpu): string {
  return `${gpu.pciBusId}${gpu.uuid === null ? '' : ` (${gpu.uuid})`} is module ${gpu.moduleId}`;
}
