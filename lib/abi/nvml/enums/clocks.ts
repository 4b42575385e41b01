/** NVML's enums: clocks. Numbers: header 13.3.29, held to the measured ones by test/abi. */
import { enumeration } from '../../enumeration.ts';

export const perfPolicyType = enumeration(
  'nvmlPerfPolicyType_t',
  'NVML_PERF_POLICY_',
  { power: 0, thermal: 1, 'sync-boost': 2, 'board-limit': 3, 'low-utilization': 4, reliability: 5, 'total-app-clocks': 10, 'total-base-clocks': 11 },
  { sentinels: { NVML_PERF_POLICY_COUNT: 12 } },
);

export const clockType = enumeration(
  'nvmlClockType_t',
  'NVML_CLOCK_',
  { graphics: 0, sm: 1, mem: 2, video: 3 },
  { sentinels: { NVML_CLOCK_COUNT: 4 } },
);

export const clockId = enumeration(
  'nvmlClockId_t',
  'NVML_CLOCK_ID_',
  { current: 0, 'app-clock-target': 1, 'app-clock-default': 2, 'customer-boost-max': 3 },
  { sentinels: { NVML_CLOCK_ID_COUNT: 4 } },
);

export const pstate = enumeration(
  'nvmlPstates_t',
  'NVML_PSTATE_',
  { p0: 0, p1: 1, p2: 2, p3: 3, p4: 4, p5: 5, p6: 6, p7: 7, p8: 8, p9: 9, p10: 10, p11: 11, p12: 12, p13: 13, p14: 14, p15: 15, unknown: 32 },
  { constants: { p0: 'NVML_PSTATE_0', p1: 'NVML_PSTATE_1', p2: 'NVML_PSTATE_2', p3: 'NVML_PSTATE_3', p4: 'NVML_PSTATE_4', p5: 'NVML_PSTATE_5',
    p6: 'NVML_PSTATE_6', p7: 'NVML_PSTATE_7', p8: 'NVML_PSTATE_8', p9: 'NVML_PSTATE_9', p10: 'NVML_PSTATE_10', p11: 'NVML_PSTATE_11', p12: 'NVML_PSTATE_12',
    p13: 'NVML_PSTATE_13', p14: 'NVML_PSTATE_14', p15: 'NVML_PSTATE_15' } },
);

export const gpuUtilizationDomainId = enumeration('nvmlGpuUtilizationDomainId_t', 'NVML_GPU_UTILIZATION_DOMAIN_', { gpu: 0, fb: 1, vid: 2, bus: 3 });

export const clockLimitId = enumeration(
  'nvmlClockLimitId_t',
  'NVML_CLOCK_LIMIT_ID_',
  { tdp: 4294967041, unlimited: 4294967042 },
  { sentinels: { NVML_CLOCK_LIMIT_ID_RANGE_START: 4294967040 } },
);
