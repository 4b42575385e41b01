/** NVML's enums: power. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const powerProfileType = enumeration(
  'nvmlPowerProfileType_t',
  'NVML_POWER_PROFILE_',
  { 'max-p': 0, 'max-q': 1, compute: 2, 'memory-bound': 3, network: 4, balanced: 5, 'llm-inference': 6, 'llm-training': 7, rbm: 8, dcpcie: 9,
    'hmma-sparse': 10, 'hmma-dense': 11, 'sync-balanced': 12, hpc: 13, mig: 14 },
  { sentinels: { NVML_POWER_PROFILE_MAX: 15 } },
);

export const powerProfileOperation = enumeration(
  'nvmlPowerProfileOperation_t',
  'NVML_POWER_PROFILE_OPERATION_',
  { clear: 0, set: 1, 'set-and-overwrite': 2 },
  { sentinels: { NVML_POWER_PROFILE_OPERATION_MAX: 3 } },
);

export const powerSource = enumeration('nvmlPowerSource_t', 'NVML_POWER_SOURCE_', { ac: 0, battery: 1, undersized: 2 }, { macros: 'unsigned int' });

export const powerScopeType = enumeration(
  'nvmlPowerScopeType_t',
  'NVML_POWER_SCOPE_',
  { gpu: 0, module: 1, memory: 2, 'gpu-base': 3 },
  { sentinels: { NVML_POWER_SCOPE_COUNT: 4 }, macros: 'unsigned char' },
);
