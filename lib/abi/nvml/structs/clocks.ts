/** NVML's structs: clocks. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, i32, inlineStruct, struct, text, u32, u64, version } from '../../layout.ts';
import * as e from '../enums/index.ts';

export const violationTime = struct('nvmlViolationTime_t', { referenceTime: u64, violationTime: u64 });

export const clkMonFaultInfo = struct('nvmlClkMonFaultInfo_t', { clkApiDomain: u32, clkDomainFaultMask: u32 });

export const clkMonStatus = struct('nvmlClkMonStatus_t', { bGlobalStatus: u32, clkMonListSize: u32, clkMonList: array(clkMonFaultInfo, 32) });

export const clockOffset = struct('nvmlClockOffset_v1_t', {
  version: version(1),
  type: e.clockType,
  pstate: e.pstate,
  clockOffsetMHz: i32,
  minClockOffsetMHz: i32,
  maxClockOffsetMHz: i32,
});

export const devicePerfModes = struct('nvmlDevicePerfModes_v1_t', { version: version(1), str: text(2048) });

export const deviceCurrentClockFreqs = struct('nvmlDeviceCurrentClockFreqs_v1_t', { version: version(1), str: text(2048) });

export const gpuDynamicPstatesInfo = struct('nvmlGpuDynamicPstatesInfo_t', {
  flags: u32,
  utilization: array(inlineStruct({ bIsPresent: u32, percentage: u32, incThreshold: u32, decThreshold: u32 }), 8),
});
