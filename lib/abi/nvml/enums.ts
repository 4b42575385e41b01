/** NVML's enums as far as described functions and structs use them. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../enumeration.ts';
import { returnCodes } from './return-codes.ts';

/** Result of nearly every function; names and texts are in `returnCodes`. */
export const returnCode = enumeration(
  'nvmlReturn_t',
  'NVML_ERROR_',
  Object.fromEntries(returnCodes.map(({ name, number }) => [kebab(name), number])) as Record<string, number>,
  { constants: { success: 'NVML_SUCCESS' } },
);

function kebab(constant: string): string {
  return constant.replace(/^NVML_(ERROR_)?/, '').toLowerCase().replaceAll('_', '-');
}

export const enableState = enumeration('nvmlEnableState_t', 'NVML_FEATURE_', { disabled: 0, enabled: 1 });

export const temperatureSensor = enumeration('nvmlTemperatureSensors_t', 'NVML_TEMPERATURE_', { gpu: 0 }, { sentinels: { NVML_TEMPERATURE_COUNT: 1 } });

export const clockType = enumeration(
  'nvmlClockType_t',
  'NVML_CLOCK_',
  { graphics: 0, sm: 1, mem: 2, video: 3 },
  { sentinels: { NVML_CLOCK_COUNT: 4 } },
);

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

/** Which member of nvmlValue_t a field value is in. */
export const valueType = enumeration(
  'nvmlValueType_t',
  'NVML_VALUE_TYPE_',
  {
    double: 0,
    'unsigned-int': 1,
    'unsigned-long': 2,
    'unsigned-long-long': 3,
    'signed-long-long': 4,
    'signed-int': 5,
    'unsigned-short': 6,
  },
  { sentinels: { NVML_VALUE_TYPE_COUNT: 7 } },
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

/** Which processes nvmlDeviceGetRunningProcessDetailList lists. */
export const processMode = enumeration(
  'nvmlProcessMode_t',
  'NVML_PROCESS_MODE_',
  { compute: 0, graphics: 1, mps: 2, all: 3 },
  { sentinels: { NVML_PROCESS_MODE_MAX: 4 } },
);

export const nvmlEnums = [
  returnCode, enableState, temperatureSensor, clockType, memoryErrorType, eccCounterType, memoryLocation, pageRetirementCause,
  valueType, recoveryAction, processMode,
] as const;
