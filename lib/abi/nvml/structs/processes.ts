/** NVML's structs: processes. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, pointerTo, struct, u32, u64, version } from '../../layout.ts';
import * as e from '../enums/index.ts';
import * as t from '../typedefs.ts';

/** Memory in bytes; all ones (NVML_VALUE_NOT_AVAILABLE) where the driver does not know. */
export const processInfoV1 = struct('nvmlProcessInfo_v1_t', { pid: u32, usedGpuMemory: u64 });

/** The instance ids are all ones outside MIG. */
export const processInfoV2 = struct('nvmlProcessInfo_v2_t', { pid: u32, usedGpuMemory: u64, gpuInstanceId: u32, computeInstanceId: u32 });

export const processDetail = struct('nvmlProcessDetail_v1_t', {
  pid: u32,
  usedGpuMemory: u64,
  gpuInstanceId: u32,
  computeInstanceId: u32,
  usedGpuCcProtectedMemory: u64,
});

export const processDetailList = struct('nvmlProcessDetailList_v1_t', {
  version: version(1),
  mode: u32,
  numProcArrayEntries: u32,
  procArray: pointerTo(processDetail, 'numProcArrayEntries', 128),
});

export const processUtilizationSample = struct('nvmlProcessUtilizationSample_t', {
  pid: u32,
  timeStamp: u64,
  smUtil: u32,
  memUtil: u32,
  encUtil: u32,
  decUtil: u32,
});

export const processUtilizationInfo = struct('nvmlProcessUtilizationInfo_v1_t', {
  timeStamp: u64,
  pid: u32,
  smUtil: u32,
  memUtil: u32,
  encUtil: u32,
  decUtil: u32,
  jpgUtil: u32,
  ofaUtil: u32,
});

export const processesUtilizationInfo = struct('nvmlProcessesUtilizationInfo_v1_t', {
  version: version(1),
  processSamplesCount: u32,
  lastSeenTimeStamp: u64,
  procUtilArray: pointerTo(processUtilizationInfo, 'processSamplesCount', 128),
});

export const accountingStats = struct('nvmlAccountingStats_t', {
  gpuUtilization: u32,
  memoryUtilization: u32,
  maxMemoryUsage: u64,
  time: u64,
  startTime: u64,
  isRunning: u32,
  reserved: array(u32, 5),
});

export const accountingStatsV2 = struct('nvmlAccountingStats_v2_t', {
  pid: u32,
  isRunning: u32,
  gpuUtilization: u32,
  memoryUtilization: u32,
  maxMemoryUsage: u64,
  sampleCount: u32,
  sumGpuUtil: u64,
  sumFbUtil: u64,
  time: u64,
  startTime: u64,
});

export const encoderSessionInfo = struct('nvmlEncoderSessionInfo_t', {
  sessionId: u32,
  pid: u32,
  vgpuInstance: t.vgpuInstance,
  codecType: e.encoderType,
  hResolution: u32,
  vResolution: u32,
  averageFps: u32,
  averageLatency: u32,
});

export const fbcStats = struct('nvmlFBCStats_t', { sessionsCount: u32, averageFPS: u32, averageLatency: u32 });

export const fbcSessionInfo = struct('nvmlFBCSessionInfo_t', {
  sessionId: u32,
  pid: u32,
  vgpuInstance: t.vgpuInstance,
  displayOrdinal: u32,
  sessionType: e.fbcSessionType,
  sessionFlags: u32,
  hMaxResolution: u32,
  vMaxResolution: u32,
  hResolution: u32,
  vResolution: u32,
  averageFPS: u32,
  averageLatency: u32,
});
