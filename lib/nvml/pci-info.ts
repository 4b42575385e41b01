import { nvmlFunctions as c } from '../abi/nvml/functions.ts';
import type { Family } from '../abi/versions.ts';
import { functionVersion } from '../abi/versions.ts';

export interface PciInfo {
  readonly busId: string;
  readonly pciDeviceId: number;
  readonly pciSubSystemId: number;
}

/** Versions before v3 leave the long bus id empty. */
export const pciInfo: Family<{ readonly device: bigint }, PciInfo> = [c.nvmlDeviceGetPciInfo_v3, c.nvmlDeviceGetPciInfo_v2].map((descriptor) =>
  functionVersion(descriptor, ({ pci: { busId, busIdLegacy, pciDeviceId, pciSubSystemId } }) => ({
    busId: busId === '' ? busIdLegacy : busId,
    pciDeviceId,
    pciSubSystemId,
  })),
);
