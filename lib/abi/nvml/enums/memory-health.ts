/** NVML's enums: memory health. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const memoryErrorType = enumeration(
  'nvmlMemoryErrorType_t',
  'NVML_MEMORY_ERROR_TYPE_',
  { corrected: 0, uncorrected: 1 },
  { sentinels: { NVML_MEMORY_ERROR_TYPE_COUNT: 2 } },
);

/** Volatile counters start anew with the driver; aggregate ones last over the life of the board. */
export const eccCounterType = enumeration(
  'nvmlEccCounterType_t',
  'NVML_',
  { volatile: 0, aggregate: 1 },
  {
    constants: { volatile: 'NVML_VOLATILE_ECC', aggregate: 'NVML_AGGREGATE_ECC' },
    sentinels: { NVML_ECC_COUNTER_TYPE_COUNT: 2 },
  },
);

export const inforomObject = enumeration(
  'nvmlInforomObject_t',
  'NVML_INFOROM_',
  { oem: 0, ecc: 1, power: 2, den: 3 },
  { sentinels: { NVML_INFOROM_COUNT: 4 } },
);

export const memoryLocation = enumeration(
  'nvmlMemoryLocation_t',
  'NVML_MEMORY_LOCATION_',
  {
    'l1-cache': 0,
    'l2-cache': 1,
    dram: 2,
    'device-memory': 2,
    'register-file': 3,
    'texture-memory': 4,
    'texture-shm': 5,
    cbu: 6,
    sram: 7,
  },
  { sentinels: { NVML_MEMORY_LOCATION_COUNT: 8 } },
);

export const pageRetirementCause = enumeration(
  'nvmlPageRetirementCause_t',
  'NVML_PAGE_RETIREMENT_CAUSE_',
  { 'multiple-single-bit-ecc': 0, 'double-bit-ecc': 1 },
  {
    constants: {
      'multiple-single-bit-ecc': 'NVML_PAGE_RETIREMENT_CAUSE_MULTIPLE_SINGLE_BIT_ECC_ERRORS',
      'double-bit-ecc': 'NVML_PAGE_RETIREMENT_CAUSE_DOUBLE_BIT_ECC_ERROR',
    },
    sentinels: { NVML_PAGE_RETIREMENT_CAUSE_COUNT: 2 },
  },
);

/** Value of field 230, NVML_FI_DEV_GET_GPU_RECOVERY_ACTION: what the driver asks for. */
export const recoveryAction = enumeration('nvmlDeviceGpuRecoveryAction_t', 'NVML_GPU_RECOVERY_ACTION_', {
  none: 0,
  'gpu-reset': 1,
  'node-reboot': 2,
  'drain-p2p': 3,
  'drain-and-reset': 4,
  'recover-imex-domain': 5,
});
