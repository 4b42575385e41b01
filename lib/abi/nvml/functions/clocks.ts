/** NVML's functions: clocks. */
import { i32, u32, u64 } from '../../layout.ts';
import { arrayOut, count, inout, input, lengthOf, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const clocksFunctions = define({
  /** Megahertz. */
  nvmlDeviceGetClockInfo: reads({ device, type: value(e.clockType), clock: out(u32) }),
  nvmlDeviceGetMaxClockInfo: reads({ device, type: value(e.clockType), clock: out(u32) }),
  nvmlDeviceGetGpcClkVfOffset: reads({ device, offset: out(i32) }),
  nvmlDeviceGetApplicationsClock: reads({ device, clockType: value(e.clockType), clockMHz: out(u32) }),
  nvmlDeviceGetDefaultApplicationsClock: reads({ device, clockType: value(e.clockType), clockMHz: out(u32) }),
  nvmlDeviceGetClock: reads({ device, clockType: value(e.clockType), clockId: value(e.clockId), clockMHz: out(u32) }),
  nvmlDeviceGetMaxCustomerBoostClock: reads({ device, clockType: value(e.clockType), clockMHz: out(u32) }, { architecture: 'pascal' }),
  nvmlDeviceGetSupportedMemoryClocks: reads({ device, count: count(64), clocksMHz: arrayOut(u32) }),
  nvmlDeviceGetSupportedGraphicsClocks: reads({ device, memoryClockMHz: value(u32), count: count(256), clocksMHz: arrayOut(u32) }),
  nvmlDeviceGetAutoBoostedClocksEnabled: reads({ device, isEnabled: out(e.enableState), defaultIsEnabled: out(e.enableState) }),
  nvmlDeviceGetPerformanceState: reads({ device, pState: out(e.pstate) }),
  nvmlDeviceGetCurrentClocksEventReasons: reads({ device, clocksEventReasons: out(u64) }),
  nvmlDeviceGetCurrentClocksThrottleReasons: reads({ device, clocksThrottleReasons: out(u64) }),
  nvmlDeviceGetSupportedClocksEventReasons: reads({ device, supportedClocksEventReasons: out(u64) }),
  nvmlDeviceGetSupportedClocksThrottleReasons: reads({ device, supportedClocksThrottleReasons: out(u64) }),
  nvmlDeviceGetPowerState: reads({ device, pState: out(e.pstate) }),
  nvmlDeviceGetDynamicPstatesInfo: reads({ device, pDynamicPstatesInfo: out(s.gpuDynamicPstatesInfo) }),
  nvmlDeviceGetMemClkVfOffset: reads({ device, offset: out(i32) }),
  nvmlDeviceGetMinMaxClockOfPState: reads({ device, type: value(e.clockType), pstate: value(e.pstate), minClockMHz: out(u32), maxClockMHz: out(u32) }),
  nvmlDeviceGetSupportedPerformanceStates: reads({ device, pstates: arrayOut(e.pstate), size: lengthOf('pstates', u32, 16, 'bytes') }),
  nvmlDeviceGetGpcClkMinMaxVfOffset: reads({ device, minOffset: out(i32), maxOffset: out(i32) }),
  nvmlDeviceGetMemClkMinMaxVfOffset: reads({ device, minOffset: out(i32), maxOffset: out(i32) }),
  nvmlDeviceGetClockOffsets: reads({ device, info: inout(s.clockOffset) }, { architecture: 'maxwell' }),
  nvmlDeviceSetClockOffsets: changes({ device, info: input(s.clockOffset) }, { architecture: 'maxwell' }),
  nvmlDeviceGetPerformanceModes: reads({ device, perfModes: inout(s.devicePerfModes) }),
  nvmlDeviceGetCurrentClockFreqs: reads({ device, currentClockFreqs: inout(s.deviceCurrentClockFreqs) }),
  nvmlDeviceGetViolationStatus: reads({ device, perfPolicyType: value(e.perfPolicyType), violTime: out(s.violationTime) }),
  nvmlDeviceGetAdaptiveClockInfoStatus: reads({ device, adaptiveClockStatus: out(u32) }),
  nvmlDeviceGetClkMonStatus: reads({ device, status: out(s.clkMonStatus) }, { architecture: 'ampere', root: true }),
  nvmlDeviceSetGpuLockedClocks: changes({ device, minGpuClockMHz: value(u32), maxGpuClockMHz: value(u32) }, { architecture: 'volta', root: true }),
  nvmlDeviceResetGpuLockedClocks: changes({ device }, { architecture: 'volta' }),
  nvmlDeviceSetMemoryLockedClocks: changes({ device, minMemClockMHz: value(u32), maxMemClockMHz: value(u32) }, { architecture: 'ampere', root: true }),
  nvmlDeviceResetMemoryLockedClocks: changes({ device }, { architecture: 'ampere' }),
  nvmlDeviceSetApplicationsClocks: changes({ device, memClockMHz: value(u32), graphicsClockMHz: value(u32) }, { root: true }),
  nvmlDeviceResetApplicationsClocks: changes({ device }),
  nvmlDeviceSetAutoBoostedClocksEnabled: changes({ device, enabled: value(e.enableState) }, { root: true }),
  nvmlDeviceSetDefaultAutoBoostedClocksEnabled: changes({ device, enabled: value(e.enableState), flags: value(u32) }, { root: true }),
  nvmlDeviceSetGpcClkVfOffset: changes({ device, offset: value(i32) }),
  nvmlDeviceSetMemClkVfOffset: changes({ device, offset: value(i32) }),
});
