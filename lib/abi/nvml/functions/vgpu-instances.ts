/** NVML's functions: vgpu instances. */
import { u32, u64 } from '../../layout.ts';
import { arrayOut, count, countedTextOut, inout, input, out, sizedOut, textOut, value } from '../../parameters.ts';
import { bufferSizes as size } from '../constants.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import * as t from '../typedefs.ts';
import { changes, define, reads } from './define.ts';
import { device, gpuInstance, length, vgpuInstance } from './operands.ts';

export const vgpuInstancesFunctions = define({
  nvmlVgpuInstanceGetPlacementId: reads({ vgpuInstance, pPlacement: inout(s.vgpuPlacementId) }),
  nvmlVgpuInstanceGetRuntimeStateSize: reads({ vgpuInstance, pState: inout(s.vgpuRuntimeState) }, { architecture: 'maxwell' }),
  nvmlDeviceGetActiveVgpus: reads({ device, vgpuCount: count(64), vgpuInstances: arrayOut(t.vgpuInstance) }),
  nvmlVgpuInstanceGetVmID: reads({ vgpuInstance, vmId: textOut(size.NVML_DEVICE_UUID_BUFFER_SIZE), size: length('vmId'), vmIdType: out(e.vgpuVmIdType) }),
  nvmlVgpuInstanceGetUUID: reads({ vgpuInstance, uuid: textOut(size.NVML_DEVICE_UUID_BUFFER_SIZE), size: length('uuid') }),
  nvmlVgpuInstanceGetVmDriverVersion: reads({ vgpuInstance, version: textOut(size.NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlVgpuInstanceGetFbUsage: reads({ vgpuInstance, fbUsage: out(u64) }),
  nvmlVgpuInstanceGetLicenseStatus: reads({ vgpuInstance, licensed: out(u32) }),
  nvmlVgpuInstanceGetType: reads({ vgpuInstance, vgpuTypeId: out(t.vgpuTypeId) }),
  nvmlVgpuInstanceGetFrameRateLimit: reads({ vgpuInstance, frameRateLimit: out(u32) }),
  nvmlVgpuInstanceGetEccMode: reads({ vgpuInstance, eccMode: out(e.enableState) }),
  nvmlVgpuInstanceGetEncoderCapacity: reads({ vgpuInstance, encoderCapacity: out(u32) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceSetEncoderCapacity: changes({ vgpuInstance, encoderCapacity: value(u32) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetEncoderStats: reads({ vgpuInstance, sessionCount: out(u32), averageFps: out(u32), averageLatency: out(u32) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetEncoderSessions: reads({ vgpuInstance, sessionCount: count(64), sessionInfo: arrayOut(s.encoderSessionInfo) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetFBCStats: reads({ vgpuInstance, fbcStats: out(s.fbcStats) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetFBCSessions: reads({ vgpuInstance, sessionCount: count(64), sessionInfo: arrayOut(s.fbcSessionInfo) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetGpuInstanceId: reads({ vgpuInstance, gpuInstanceId: out(u32) }),
  nvmlVgpuInstanceGetGpuPciId: reads({ vgpuInstance, vgpuPciId: countedTextOut(), length: count(256) }),
  nvmlVgpuInstanceGetMdevUUID: reads({ vgpuInstance, mdevUuid: textOut(size.NVML_DEVICE_UUID_BUFFER_SIZE), size: length('mdevUuid') }, { architecture: 'maxwell' }),
  nvmlGpuInstanceGetActiveVgpus: reads({ gpuInstance, pVgpuInstanceInfo: inout(s.activeVgpuInstanceInfo) }),
  nvmlVgpuInstanceGetMetadata: reads({ vgpuInstance, vgpuMetadata: sizedOut(s.vgpuMetadata), bufferSize: count(1024) }),
  nvmlDeviceGetVgpuMetadata: reads({ device, pgpuMetadata: sizedOut(s.vgpuPgpuMetadata), bufferSize: count(1024) }),
  nvmlGetVgpuCompatibility: reads({ vgpuMetadata: input(s.vgpuMetadata), pgpuMetadata: input(s.vgpuPgpuMetadata), compatibilityInfo: out(s.vgpuPgpuCompatibility) }),
  nvmlDeviceGetPgpuMetadataString: reads({ device, pgpuMetadata: countedTextOut(), bufferSize: count(256) }),
  nvmlGetVgpuVersion: reads({ supported: out(s.vgpuVersion), current: out(s.vgpuVersion) }),
  nvmlSetVgpuVersion: changes({ vgpuVersion: input(s.vgpuVersion) }),
  nvmlDeviceGetVgpuUtilization: reads(
    { device, lastSeenTimeStamp: value(u64), sampleValType: out(e.valueType), vgpuInstanceSamplesCount: count(256), utilizationSamples: arrayOut(s.vgpuInstanceUtilizationSample) },
  ),
  nvmlDeviceGetVgpuInstancesUtilizationInfo: reads({ device, vgpuUtilInfo: inout(s.vgpuInstancesUtilizationInfo) }),
  nvmlDeviceGetVgpuProcessUtilization: reads(
    { device, lastSeenTimeStamp: value(u64), vgpuProcessSamplesCount: count(256), utilizationSamples: arrayOut(s.vgpuProcessUtilizationSample) },
    { architecture: 'maxwell' },
  ),
  nvmlDeviceGetVgpuProcessesUtilizationInfo: reads({ device, vgpuProcUtilInfo: inout(s.vgpuProcessesUtilizationInfo) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetAccountingMode: reads({ vgpuInstance, mode: out(e.enableState) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetAccountingPids: reads({ vgpuInstance, count: count(256), pids: arrayOut(u32) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetAccountingStats: reads({ vgpuInstance, pid: value(u32), stats: out(s.accountingStats) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceClearAccountingPids: changes({ vgpuInstance }, { architecture: 'maxwell', root: true }),
  nvmlVgpuInstanceGetLicenseInfo_v2: reads({ vgpuInstance, licenseInfo: out(s.vgpuLicenseInfo) }, { architecture: 'maxwell' }),
  nvmlVgpuInstanceGetLicenseInfo: reads({ vgpuInstance, licenseInfo: out(s.vgpuLicenseInfoBefore510) }, { architecture: 'maxwell' }),
});
