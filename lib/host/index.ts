export type { HostGpu, HostPaths } from './nvidia-gpus.ts';
export { listNvidiaGpus } from './nvidia-gpus.ts';
export type { PciAddress } from './pci-address.ts';
export { formatPciAddress, normalizePciAddress, parsePciAddress } from './pci-address.ts';
export type { ServiceCallOptions, ServiceOptions, ServiceStatus } from './service.ts';
export { Service } from './service.ts';
export type { ServiceLog, ServiceLogLine, ServiceLogOptions } from './service-log.ts';
