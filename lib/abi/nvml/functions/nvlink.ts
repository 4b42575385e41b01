/** NVML's functions: nvlink. */
import { u32, u64 } from '../../layout.ts';
import { inout, input, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const nvlinkFunctions = define({
  nvmlDeviceGetC2cModeInfoV: reads({ device, c2cModeInfo: out(s.c2cModeInfo) }),
  nvmlDeviceGetGpuFabricInfo: reads({ device, gpuFabricInfo: out(s.gpuFabricInfo) }, { architecture: 'hopper' }),
  nvmlDeviceGetGpuFabricInfoV: reads({ device, gpuFabricInfo: inout(s.gpuFabricInfoV3, [s.gpuFabricInfoV3, s.gpuFabricInfoV2]) }, { architecture: 'hopper' }),
  nvmlDeviceGetNvLinkState: reads({ device, link: value(u32), isActive: out(e.enableState) }, { architecture: 'pascal' }),
  nvmlDeviceGetNvLinkVersion: reads({ device, link: value(u32), version: out(u32) }, { architecture: 'pascal' }),
  nvmlDeviceGetNvLinkCapability: reads({ device, link: value(u32), capability: value(e.nvLinkCapability), capResult: out(u32) }, { architecture: 'pascal' }),
  nvmlDeviceGetNvLinkRemotePciInfo_v2: reads({ device, link: value(u32), pci: out(s.pciInfo) }, { architecture: 'pascal' }),
  nvmlDeviceGetNvLinkErrorCounter: reads({ device, link: value(u32), counter: value(e.nvLinkErrorCounter), counterValue: out(u64) }, { architecture: 'pascal' }),
  nvmlDeviceResetNvLinkErrorCounters: changes({ device, link: value(u32) }, { architecture: 'pascal' }),
  nvmlDeviceSetNvLinkUtilizationControl: changes(
    { device, link: value(u32), counter: value(u32), control: input(s.nvLinkUtilizationControl), reset: value(u32) },
    { architecture: 'pascal' },
  ),
  nvmlDeviceGetNvLinkUtilizationControl: reads({ device, link: value(u32), counter: value(u32), control: out(s.nvLinkUtilizationControl) }, { architecture: 'pascal' }),
  nvmlDeviceGetNvLinkUtilizationCounter: reads({ device, link: value(u32), counter: value(u32), rxcounter: out(u64), txcounter: out(u64) }, { architecture: 'pascal' }),
  nvmlDeviceFreezeNvLinkUtilizationCounter: changes({ device, link: value(u32), counter: value(u32), freeze: value(e.enableState) }, { architecture: 'pascal' }),
  nvmlDeviceResetNvLinkUtilizationCounter: changes({ device, link: value(u32), counter: value(u32) }, { architecture: 'pascal' }),
  nvmlDeviceGetNvLinkRemoteDeviceType: reads({ device, link: value(u32), pNvLinkDeviceType: out(e.nvLinkDeviceType) }),
  nvmlDeviceSetNvLinkDeviceLowPowerThreshold: changes({ device, info: input(s.nvLinkPowerThres) }, { architecture: 'hopper' }),
  nvmlSystemSetNvlinkBwMode: changes({ nvlinkBwMode: value(u32) }, { root: true }),
  nvmlSystemGetNvlinkBwMode: reads({ nvlinkBwMode: out(u32) }, { root: true }),
  nvmlDeviceGetNvlinkSupportedBwModes: reads({ device, supportedBwMode: inout(s.nvlinkSupportedBwModes) }, { architecture: 'blackwell' }),
  nvmlDeviceGetNvlinkBwMode: reads({ device, getBwMode: inout(s.nvlinkGetBwMode) }, { architecture: 'blackwell' }),
  nvmlDeviceSetNvlinkBwMode: changes({ device, setBwMode: input(s.nvlinkSetBwMode) }, { architecture: 'blackwell' }),
  nvmlDeviceGetNvLinkInfo: reads({ device, info: inout(s.nvLinkInfoV2, [s.nvLinkInfoV2, s.nvLinkInfoV1]) }),
  nvmlDeviceReadWritePRM_v1: changes({ device, buffer: inout(s.prmTlv) }, { architecture: 'blackwell' }),
  nvmlDeviceReadPRMCounters_v1: reads({ device, counterList: inout(s.prmCounterList) }, { architecture: 'blackwell' }),
  nvmlDeviceGetNvLinkRemotePciInfo: reads({ device, link: value(u32), pci: out(s.pciInfo) }, { architecture: 'pascal' }),
});
