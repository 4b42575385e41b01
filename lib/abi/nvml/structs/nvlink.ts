/** NVML's structs: nvlink. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, bytes, pointerToGiven, transparentUnion, struct, u32, u8, version } from '../../layout.ts';
import * as e from '../enums/index.ts';
import { fieldValueUnion } from './telemetry.ts';

export const c2cModeInfo = struct('nvmlC2cModeInfo_v1_t', { isC2cEnabled: u32 }, { versionMacro: 1 });

export const nvLinkUtilizationControl = struct('nvmlNvLinkUtilizationControl_t', {
  units: e.nvLinkUtilizationCountUnit,
  pktfilter: e.nvLinkUtilizationCountPktType,
});

export const nvLinkPowerThres = struct('nvmlNvLinkPowerThres_t', { lowPwrThreshold: u32 });

export const gpuFabricInfo = struct('nvmlGpuFabricInfo_t', { clusterUuid: bytes(16), status: e.returnCode, cliqueId: u32, state: e.gpuFabricState });

export const gpuFabricInfoV2 = struct('nvmlGpuFabricInfo_v2_t', {
  version: version(2),
  clusterUuid: bytes(16),
  status: e.returnCode,
  cliqueId: u32,
  state: e.gpuFabricState,
  healthMask: u32,
});

export const gpuFabricInfoV3 = struct('nvmlGpuFabricInfo_v3_t', {
  version: version(3),
  clusterUuid: bytes(16),
  status: e.returnCode,
  cliqueId: u32,
  state: e.gpuFabricState,
  healthMask: u32,
  healthSummary: u8,
});

export const nvlinkSupportedBwModes = struct('nvmlNvlinkSupportedBwModes_v1_t', { version: version(1), bwModes: bytes(23), totalBwModes: u8 });

export const nvlinkGetBwMode = struct('nvmlNvlinkGetBwMode_v1_t', { version: version(1), bIsBest: u32, bwMode: u8 });

export const nvlinkSetBwMode = struct('nvmlNvlinkSetBwMode_v1_t', { version: version(1), bSetBest: u32, bwMode: u8 });

export const nvLinkInfoV1 = struct('nvmlNvLinkInfo_v1_t', { version: version(1), isNvleEnabled: u32 });

export const nvlinkFirmwareVersion = struct('nvmlNvlinkFirmwareVersion_t', { ucodeType: u8, major: u32, minor: u32, subMinor: u32 });

export const nvlinkFirmwareInfo = struct('nvmlNvlinkFirmwareInfo_t', { firmwareVersion: array(nvlinkFirmwareVersion, 100), numValidEntries: u32 });

export const nvLinkInfoV2 = struct('nvmlNvLinkInfo_v2_t', { version: version(2), isNvleEnabled: u32, firmwareInfo: nvlinkFirmwareInfo });

export const prmTlv = struct('nvmlPRMTLV_v1_t', { dataSize: u32, status: u32, data: transparentUnion({ inData: bytes(496), outData: bytes(496) }) });

export const prmCounterInput = struct('nvmlPRMCounterInput_v1_t', { localPort: u32 });

export const prmCounterValue = struct('nvmlPRMCounterValue_v1_t', { status: e.returnCode, outputType: e.valueType, outputValue: fieldValueUnion });

export const prmCounter = struct('nvmlPRMCounter_v1_t', { counterId: u32, inData: prmCounterInput, counterValue: prmCounterValue });

export const prmCounterList = struct('nvmlPRMCounterList_v1_t', { numCounters: u32, counters: pointerToGiven(prmCounter, 'numCounters') });
