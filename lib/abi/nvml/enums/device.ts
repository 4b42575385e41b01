/** NVML's enums: device. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

/** Which processes nvmlDeviceGetRunningProcessDetailList lists. */
export const processMode = enumeration(
  'nvmlProcessMode_t',
  'NVML_PROCESS_MODE_',
  { compute: 0, graphics: 1, mps: 2, all: 3 },
  { sentinels: { NVML_PROCESS_MODE_MAX: 4 } },
);

export const deviceAddressingModeType = enumeration('nvmlDeviceAddressingModeType_t', 'NVML_DEVICE_ADDRESSING_MODE_', { none: 0, hmm: 1, ats: 2 });

export const bridgeChipType = enumeration('nvmlBridgeChipType_t', 'NVML_BRIDGE_CHIP_', { plx: 0, bro4: 1 });

export const uuidType = enumeration('nvmlUUIDType_t', 'NVML_UUID_TYPE_', { none: 0, ascii: 1, binary: 2 });

export const enableState = enumeration('nvmlEnableState_t', 'NVML_FEATURE_', { disabled: 0, enabled: 1 });

export const brandType = enumeration(
  'nvmlBrandType_t',
  'NVML_BRAND_',
  { unknown: 0, quadro: 1, tesla: 2, nvs: 3, grid: 4, geforce: 5, titan: 6, 'nvidia-vapps': 7, 'nvidia-vpc': 8, 'nvidia-vcs': 9, 'nvidia-vws': 10,
    'nvidia-cloud-gaming': 11, 'nvidia-vgaming': 11, 'quadro-rtx': 12, 'nvidia-rtx': 13, nvidia: 14, 'geforce-rtx': 15, 'titan-rtx': 16 },
  { sentinels: { NVML_BRAND_COUNT: 18 } },
);

export const computeMode = enumeration(
  'nvmlComputeMode_t',
  'NVML_COMPUTEMODE_',
  { default: 0, 'exclusive-thread': 1, prohibited: 2, 'exclusive-process': 3 },
  { sentinels: { NVML_COMPUTEMODE_COUNT: 4 } },
);

export const driverModel = enumeration('nvmlDriverModel_t', 'NVML_DRIVER_', { wddm: 0, wdm: 1, mcdm: 2 });

export const gpuOperationMode = enumeration('nvmlGpuOperationMode_t', 'NVML_GOM_', { 'all-on': 0, compute: 1, 'low-dp': 2 });

export const restrictedApi = enumeration(
  'nvmlRestrictedAPI_t',
  'NVML_RESTRICTED_API_SET_',
  { 'application-clocks': 0, 'auto-boosted-clocks': 1 },
  { sentinels: { NVML_RESTRICTED_API_COUNT: 2 } },
);

export const detachGpuState = enumeration('nvmlDetachGpuState_t', 'NVML_DETACH_GPU_', { keep: 0, remove: 1 });

export const pcieLinkState = enumeration('nvmlPcieLinkState_t', 'NVML_PCIE_LINK_', { keep: 0, 'shut-down': 1 });

export const cperType = enumeration('nvmlCPERType_t', 'NVML_CPER_ACCESS_TYPE_', { gpu: 1 });

export const deviceArchitecture = enumeration(
  'nvmlDeviceArchitecture_t',
  'NVML_DEVICE_ARCH_',
  { kepler: 2, maxwell: 3, pascal: 4, volta: 5, turing: 6, ampere: 7, ada: 8, hopper: 9, blackwell: 10, rubin: 13, unknown: 4294967295 },
  { macros: 'unsigned int' },
);

export const busType = enumeration('nvmlBusType_t', 'NVML_BUS_TYPE_', { unknown: 0, pci: 1, pcie: 2, fpci: 3, agp: 4 }, { macros: 'unsigned int' });

export const affinityScope = enumeration('nvmlAffinityScope_t', 'NVML_AFFINITY_SCOPE_', { node: 0, socket: 1 }, { macros: 'unsigned int' });
