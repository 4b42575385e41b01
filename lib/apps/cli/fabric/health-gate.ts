/**
 * Whether a GPU may be given to somebody: module, then GPU, then the verdict of the diagnosis. Fabric Manager lists partitions whatever
 * the health of their GPUs. What is not known is refused too, unless the operator accepts that; what is known to be sick always is.
 */
import { verdict } from '../../../diagnosis/index.ts';
import type { MemberHealth, ModuleMap } from '../../../fabric/index.ts';
import type { GpuSnapshot } from '../../../nvml/types.ts';
import type { NvmlView } from './nvml-view.ts';

export interface HealthSources {
  readonly modules: () => Promise<ModuleMap>;
  readonly nvml: NvmlView;
  /** GPUs whose health cannot be read are taken. */
  readonly acceptUnknown: boolean;
  /** Called for each that is refused because its health cannot be read. */
  readonly onUnknown: () => void;
}

export async function memberHealth(physicalId: number, { modules, nvml, acceptUnknown, onUnknown }: HealthSources): Promise<MemberHealth> {
  const unknown = (why: string): MemberHealth => {
    if (acceptUnknown) return { ok: true };
    onUnknown();
    return { ok: false, why: `its health is not known (${why})` };
  };
  const answer = await nvml.answer();
  if ('failure' in answer) return unknown(`NVML cannot be asked: ${answer.failure}`);
  const place = (await modules()).inModule(physicalId);
  if (place === undefined) return unknown('which GPU sits in this module is not known');
  const gpu = await nvml.gpuAt(place.pciBusId);
  if (gpu === undefined) return unknown(`NVML does not see ${place.pciBusId}; is it bound to another driver, such as vfio-pci?`);
  const { level, reasons } = verdict(gpu);
  const sick = reasons.find((reason) => reason.severity === 'attention')?.sentence ?? lost(gpu);
  if (sick !== undefined) return { ok: false, why: sick };
  if (level === 'ok') return { ok: true };
  const open = reasons.find((reason) => reason.severity === 'unknown');
  // The whole sentence of a driver that hangs would be told for each of its GPUs.
  return unknown(open === undefined ? 'its readings are incomplete' : open.id === 'gpu-does-not-answer' ? 'the GPU does not answer' : open.sentence);
}

/** That it is gone, or wants a reset, is not something that could not be read: the driver says so. */
function lost(gpu: GpuSnapshot): string | undefined {
  const told = Object.values(gpu).find((reading: unknown): reading is { readonly error: { readonly message: string } } => {
    const { state, error } = (reading ?? {}) as { readonly state?: string; readonly error?: { readonly code: string } };
    return state === 'failed' && (error?.code === 'GPU_IS_LOST' || error?.code === 'RESET_REQUIRED');
  });
  return told?.error.message;
}
