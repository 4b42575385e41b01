/** NVML's enums: topology. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const gpuTopologyLevel = enumeration(
  'nvmlGpuTopologyLevel_t',
  'NVML_TOPOLOGY_',
  { internal: 0, single: 10, multiple: 20, hostbridge: 30, node: 40, system: 50 },
);

export const gpuP2pStatus = enumeration(
  'nvmlGpuP2PStatus_t',
  'NVML_P2P_STATUS_',
  { ok: 0, 'chipset-not-suppored': 1, 'chipset-not-supported': 1, 'gpu-not-supported': 2, 'ioh-topology-not-supported': 3, 'disabled-by-regkey': 4,
    'not-supported': 5, unknown: 6 },
);

export const gpuP2pCapsIndex = enumeration(
  'nvmlGpuP2PCapsIndex_t',
  'NVML_P2P_CAPS_INDEX_',
  { read: 0, write: 1, nvlink: 2, atomics: 3, pci: 4, prop: 4, unknown: 5 },
);
