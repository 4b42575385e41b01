/** Which GPU a person means: an index, a UUID or a PCI address in any of its usual forms. */
import { GpuwrightError } from '../../errors.ts';
import { normalizePciAddress } from '../../host/index.ts';
import type { GpuSnapshot } from '../../nvml/types.ts';
import { known } from './status-view.ts';

export function findGpu<T extends { readonly gpu: GpuSnapshot }>(gpus: readonly T[], id: string): T {
  const wanted = id.trim();
  const pci = normalizePciAddress(wanted);
  const found = gpus.find(({ gpu }) => {
    if (/^\d+$/.test(wanted)) return gpu.index === Number(wanted);
    const uuid = known(gpu.uuid);
    if (uuid !== null && uuid.toLowerCase() === wanted.toLowerCase()) return true;
    const address = known(gpu.pciBusId);
    return address !== null && pci !== undefined && normalizePciAddress(address) === pci;
  });
  if (found !== undefined) return found;
  const there = gpus.length === 0 ? 'there is none' : gpus.length === 1 ? 'there is GPU 0' : `there are GPUs 0 to ${gpus.length - 1}`;
  throw new GpuwrightError('GPU_NOT_FOUND', `GPU '${id}': no GPU of this host has that index, UUID or PCI address: ${there}; \`gpuwright status\` lists them`);
}
