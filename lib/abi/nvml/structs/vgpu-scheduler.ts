/** NVML's structs: vgpu scheduler. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, inlineStruct, struct, u32, u64, union, version } from '../../layout.ts';

export const vgpuSchedulerParams = union('nvmlVgpuSchedulerParams_t', {
  vgpuSchedDataWithARR: inlineStruct({ avgFactor: u32, timeslice: u32 }),
  vgpuSchedData: inlineStruct({ timeslice: u32 }),
});

export const vgpuSchedulerLogEntry = struct('nvmlVgpuSchedulerLogEntry_t', {
  timestamp: u64,
  timeRunTotal: u64,
  timeRun: u64,
  swRunlistId: u32,
  targetTimeSlice: u64,
  cumulativePreemptionTime: u64,
});

export const vgpuSchedulerLog = struct('nvmlVgpuSchedulerLog_t', {
  engineId: u32,
  schedulerPolicy: u32,
  arrMode: u32,
  schedulerParams: vgpuSchedulerParams,
  entriesCount: u32,
  logEntries: array(vgpuSchedulerLogEntry, 200),
});

export const vgpuSchedulerGetState = struct('nvmlVgpuSchedulerGetState_t', {
  schedulerPolicy: u32,
  arrMode: u32,
  schedulerParams: vgpuSchedulerParams,
});

export const vgpuSchedulerSetParams = union('nvmlVgpuSchedulerSetParams_t', {
  vgpuSchedDataWithARR: inlineStruct({ avgFactor: u32, frequency: u32 }),
  vgpuSchedData: inlineStruct({ timeslice: u32 }),
});

export const vgpuSchedulerSetState = struct('nvmlVgpuSchedulerSetState_t', {
  schedulerPolicy: u32,
  enableARRMode: u32,
  schedulerParams: vgpuSchedulerSetParams,
});

export const vgpuSchedulerCapabilities = struct('nvmlVgpuSchedulerCapabilities_t', {
  supportedSchedulers: array(u32, 3),
  maxTimeslice: u32,
  minTimeslice: u32,
  isArrModeSupported: u32,
  maxFrequencyForARR: u32,
  minFrequencyForARR: u32,
  maxAvgFactorForARR: u32,
  minAvgFactorForARR: u32,
});

export const vgpuSchedulerStateV1 = struct('nvmlVgpuSchedulerState_v1_t', {
  version: version(1),
  engineId: u32,
  schedulerPolicy: u32,
  enableARRMode: u32,
  schedulerParams: vgpuSchedulerSetParams,
});

export const vgpuSchedulerStateInfoV1 = struct('nvmlVgpuSchedulerStateInfo_v1_t', {
  version: version(1),
  engineId: u32,
  schedulerPolicy: u32,
  arrMode: u32,
  schedulerParams: vgpuSchedulerParams,
});

export const vgpuSchedulerLogInfoV1 = struct('nvmlVgpuSchedulerLogInfo_v1_t', {
  version: version(1),
  engineId: u32,
  schedulerPolicy: u32,
  arrMode: u32,
  schedulerParams: vgpuSchedulerParams,
  entriesCount: u32,
  logEntries: array(vgpuSchedulerLogEntry, 200),
});

export const vgpuSchedulerStateInfoV2 = struct('nvmlVgpuSchedulerStateInfo_v2_t', {
  engineId: u32,
  schedulerPolicy: u32,
  avgFactor: u32,
  timeslice: u32,
});

export const vgpuSchedulerLogEntryV2 = struct('nvmlVgpuSchedulerLogEntry_v2_t', {
  timestamp: u64,
  timeRunTotal: u64,
  timeRun: u64,
  swRunlistId: u32,
  targetTimeSlice: u64,
  cumulativePreemptionTime: u64,
  weight: u32,
});

export const vgpuSchedulerLogInfoV2 = struct('nvmlVgpuSchedulerLogInfo_v2_t', {
  engineId: u32,
  schedulerPolicy: u32,
  avgFactor: u32,
  timeslice: u32,
  entriesCount: u32,
  logEntries: array(vgpuSchedulerLogEntryV2, 200),
});

export const vgpuSchedulerStateV2 = struct('nvmlVgpuSchedulerState_v2_t', { engineId: u32, schedulerPolicy: u32, avgFactor: u32, frequency: u32 });
