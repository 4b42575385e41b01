/** NVML's functions: processes. */
import { u32, u64 } from '../../layout.ts';
import { arrayOut, count, inout, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const processesFunctions = define({
  nvmlDeviceGetEncoderUtilization: reads({ device, utilization: out(u32), samplingPeriodUs: out(u32) }),
  nvmlDeviceGetEncoderCapacity: reads({ device, encoderQueryType: value(e.encoderType), encoderCapacity: out(u32) }, { architecture: 'maxwell' }),
  nvmlDeviceGetEncoderStats: reads({ device, sessionCount: out(u32), averageFps: out(u32), averageLatency: out(u32) }, { architecture: 'maxwell' }),
  nvmlDeviceGetEncoderSessions: reads({ device, sessionCount: count(64), sessionInfos: arrayOut(s.encoderSessionInfo) }, { architecture: 'maxwell' }),
  nvmlDeviceGetDecoderUtilization: reads({ device, utilization: out(u32), samplingPeriodUs: out(u32) }),
  nvmlDeviceGetJpgUtilization: reads({ device, utilization: out(u32), samplingPeriodUs: out(u32) }, { architecture: 'turing' }),
  nvmlDeviceGetOfaUtilization: reads({ device, utilization: out(u32), samplingPeriodUs: out(u32) }, { architecture: 'turing' }),
  nvmlDeviceGetFBCStats: reads({ device, fbcStats: out(s.fbcStats) }, { architecture: 'maxwell' }),
  nvmlDeviceGetFBCSessions: reads({ device, sessionCount: count(64), sessionInfo: arrayOut(s.fbcSessionInfo) }, { architecture: 'maxwell' }),
  nvmlDeviceGetComputeRunningProcesses_v3: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV2) }),
  nvmlDeviceGetGraphicsRunningProcesses_v3: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV2) }),
  nvmlDeviceGetMPSComputeRunningProcesses_v3: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV2) }, { architecture: 'volta' }),
  nvmlDeviceGetRunningProcessDetailList: reads({ device, plist: inout(s.processDetailList) }, { architecture: 'hopper' }),
  nvmlDeviceGetAccountingMode: reads({ device, mode: out(e.enableState) }),
  nvmlDeviceGetAccountingStats: reads({ device, pid: value(u32), stats: out(s.accountingStats) }),
  nvmlDeviceGetAccountingPids: reads({ device, count: count(256), pids: arrayOut(u32) }),
  nvmlDeviceGetAccountingBufferSize: reads({ device, bufferSize: out(u32) }),
  nvmlDeviceGetAccountingStats_v2: reads({ device, stats: inout(s.accountingStatsV2) }),
  nvmlDeviceGetProcessUtilization: reads(
    { device, utilization: arrayOut(s.processUtilizationSample), processSamplesCount: count(256), lastSeenTimeStamp: value(u64) },
    { architecture: 'maxwell' },
  ),
  nvmlDeviceGetProcessesUtilizationInfo: reads({ device, procesesUtilInfo: inout(s.processesUtilizationInfo) }, { architecture: 'maxwell' }),
  nvmlDeviceSetAccountingMode: changes({ device, mode: value(e.enableState) }, { root: true }),
  nvmlDeviceClearAccountingPids: changes({ device }, { root: true }),
  nvmlDeviceGetComputeRunningProcesses: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV1) }),
  nvmlDeviceGetComputeRunningProcesses_v2: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV2) }),
  nvmlDeviceGetGraphicsRunningProcesses: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV1) }),
  nvmlDeviceGetGraphicsRunningProcesses_v2: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV2) }),
  nvmlDeviceGetMPSComputeRunningProcesses: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV1) }, { architecture: 'volta' }),
  nvmlDeviceGetMPSComputeRunningProcesses_v2: reads({ device, infoCount: count(128), infos: arrayOut(s.processInfoV2) }, { architecture: 'volta' }),
});
