/** NVML's structs: vgpu. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, i32, pointerTo, struct, tail, text, u16, u32, u64, u8, version } from '../../layout.ts';
import * as e from '../enums/index.ts';
import * as t from '../typedefs.ts';
import { fieldValueUnion } from './telemetry.ts';

export const vgpuHeterogeneousMode = struct('nvmlVgpuHeterogeneousMode_v1_t', { version: version(1), mode: u32 });

export const vgpuPlacementId = struct('nvmlVgpuPlacementId_v1_t', { version: version(1), placementId: u32 });

export const vgpuPlacementListV1 = struct('nvmlVgpuPlacementList_v1_t', {
  version: version(1),
  placementSize: u32,
  count: u32,
  placementIds: pointerTo(u32, 'count', 64),
});

export const vgpuPlacementListV2 = struct('nvmlVgpuPlacementList_v2_t', {
  version: version(2),
  placementSize: u32,
  count: u32,
  placementIds: pointerTo(u32, 'count', 64),
  mode: u32,
});

export const vgpuTypeBar1Info = struct('nvmlVgpuTypeBar1Info_v1_t', { version: version(1), bar1Size: u64 });

export const vgpuInstanceUtilizationSample = struct('nvmlVgpuInstanceUtilizationSample_t', {
  vgpuInstance: t.vgpuInstance,
  timeStamp: u64,
  smUtil: fieldValueUnion,
  memUtil: fieldValueUnion,
  encUtil: fieldValueUnion,
  decUtil: fieldValueUnion,
});

export const vgpuInstanceUtilizationInfo = struct('nvmlVgpuInstanceUtilizationInfo_v1_t', {
  timeStamp: u64,
  vgpuInstance: t.vgpuInstance,
  smUtil: fieldValueUnion,
  memUtil: fieldValueUnion,
  encUtil: fieldValueUnion,
  decUtil: fieldValueUnion,
  jpgUtil: fieldValueUnion,
  ofaUtil: fieldValueUnion,
});

export const vgpuInstancesUtilizationInfo = struct('nvmlVgpuInstancesUtilizationInfo_v1_t', {
  version: version(1),
  sampleValType: e.valueType,
  vgpuInstanceCount: u32,
  lastSeenTimeStamp: u64,
  vgpuUtilArray: pointerTo(vgpuInstanceUtilizationInfo, 'vgpuInstanceCount', 64),
});

export const vgpuProcessUtilizationSample = struct('nvmlVgpuProcessUtilizationSample_t', {
  vgpuInstance: t.vgpuInstance,
  pid: u32,
  processName: text(64),
  timeStamp: u64,
  smUtil: u32,
  memUtil: u32,
  encUtil: u32,
  decUtil: u32,
});

export const vgpuProcessUtilizationInfo = struct('nvmlVgpuProcessUtilizationInfo_v1_t', {
  processName: text(64),
  timeStamp: u64,
  vgpuInstance: t.vgpuInstance,
  pid: u32,
  smUtil: u32,
  memUtil: u32,
  encUtil: u32,
  decUtil: u32,
  jpgUtil: u32,
  ofaUtil: u32,
});

export const vgpuProcessesUtilizationInfo = struct('nvmlVgpuProcessesUtilizationInfo_v1_t', {
  version: version(1),
  vgpuProcessCount: u32,
  lastSeenTimeStamp: u64,
  vgpuProcUtilArray: pointerTo(vgpuProcessUtilizationInfo, 'vgpuProcessCount', 64),
});

export const vgpuRuntimeState = struct('nvmlVgpuRuntimeState_v1_t', { version: version(1), size: u64 });

export const vgpuLicenseExpiry = struct('nvmlVgpuLicenseExpiry_t', { year: u32, month: u16, day: u16, hour: u16, min: u16, sec: u16, status: u8 });

export const vgpuLicenseInfo = struct('nvmlVgpuLicenseInfo_t', { isLicensed: u8, licenseExpiry: vgpuLicenseExpiry, currentState: u32 });

export const gridLicenseExpiry = struct('nvmlGridLicenseExpiry_t', { year: u32, month: u16, day: u16, hour: u16, min: u16, sec: u16, status: u8 });

export const gridLicensableFeature = struct('nvmlGridLicensableFeature_t', {
  featureCode: e.gridLicenseFeatureCode,
  featureState: u32,
  licenseInfo: text(128),
  productName: text(128),
  featureEnabled: u32,
  licenseExpiry: gridLicenseExpiry,
});

export const gridLicensableFeatures = struct('nvmlGridLicensableFeatures_t', {
  isGridLicenseSupported: i32,
  licensableFeaturesCount: u32,
  gridLicensableFeatures: array(gridLicensableFeature, 3),
});

export const vgpuTypeIdInfo = struct('nvmlVgpuTypeIdInfo_v1_t', {
  version: version(1),
  vgpuCount: u32,
  vgpuTypeIds: pointerTo(t.vgpuTypeId, 'vgpuCount', 64),
});

export const vgpuTypeMaxInstance = struct('nvmlVgpuTypeMaxInstance_v1_t', { version: version(1), vgpuTypeId: t.vgpuTypeId, maxInstancePerGI: u32 });

export const activeVgpuInstanceInfo = struct('nvmlActiveVgpuInstanceInfo_v1_t', {
  version: version(1),
  vgpuCount: u32,
  vgpuInstances: pointerTo(t.vgpuInstance, 'vgpuCount', 64),
});

export const vgpuCreatablePlacementInfo = struct('nvmlVgpuCreatablePlacementInfo_v1_t', {
  version: version(1),
  vgpuTypeId: t.vgpuTypeId,
  count: u32,
  placementIds: pointerTo(u32, 'count', 64),
  placementSize: u32,
});

export const vgpuVersion = struct('nvmlVgpuVersion_t', { minVersion: u32, maxVersion: u32 });

export const vgpuMetadata = struct('nvmlVgpuMetadata_t', {
  version: u32,
  revision: u32,
  guestInfoState: e.vgpuGuestInfoState,
  guestDriverVersion: text(80),
  hostDriverVersion: text(80),
  reserved: array(u32, 6),
  vgpuVirtualizationCaps: u32,
  guestVgpuVersion: u32,
  opaqueDataSize: u32,
  opaqueData: tail('opaqueDataSize', 4),
});

export const vgpuPgpuMetadata = struct('nvmlVgpuPgpuMetadata_t', {
  version: u32,
  revision: u32,
  hostDriverVersion: text(80),
  pgpuVirtualizationCaps: u32,
  reserved: array(u32, 5),
  hostSupportedVgpuRange: vgpuVersion,
  opaqueDataSize: u32,
  opaqueData: tail('opaqueDataSize', 4),
});

export const vgpuPgpuCompatibility = struct('nvmlVgpuPgpuCompatibility_t', {
  vgpuVmCompatibility: e.vgpuVmCompatibility,
  compatibilityLimitCode: e.vgpuPgpuCompatibilityLimitCode,
});
