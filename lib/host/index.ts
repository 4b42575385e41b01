export type { HostGpu, HostPaths } from './nvidia-gpus.ts';
export { listNvidiaGpus } from './nvidia-gpus.ts';
export type { PciAddress } from './pci-address.ts';
export { formatPciAddress, normalizePciAddress, parsePciAddress } from './pci-address.ts';
