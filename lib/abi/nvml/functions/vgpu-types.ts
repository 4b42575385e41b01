/** NVML's functions: vgpu types. */
import { u32, u64 } from '../../layout.ts';
import { arrayOut, count, countedTextOut, inout, input, out, textOut, value } from '../../parameters.ts';
import { bufferSizes as size } from '../constants.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import * as t from '../typedefs.ts';
import { changes, define, reads } from './define.ts';
import { device, gpuInstance, length, vgpuTypeId } from './operands.ts';

export const vgpuTypesFunctions = define({
  nvmlDeviceGetVirtualizationMode: reads({ device, pVirtualMode: out(e.gpuVirtualizationMode) }),
  nvmlDeviceGetHostVgpuMode: reads({ device, pHostVgpuMode: out(e.hostVgpuMode) }),
  nvmlDeviceSetVirtualizationMode: changes({ device, virtualMode: value(e.gpuVirtualizationMode) }),
  nvmlDeviceGetVgpuHeterogeneousMode: reads({ device, pHeterogeneousMode: inout(s.vgpuHeterogeneousMode) }),
  nvmlDeviceSetVgpuHeterogeneousMode: changes({ device, pHeterogeneousMode: input(s.vgpuHeterogeneousMode) }),
  nvmlDeviceGetVgpuTypeSupportedPlacements: reads({ device, vgpuTypeId, pPlacementList: inout(s.vgpuPlacementListV2, [s.vgpuPlacementListV2, s.vgpuPlacementListV1]) }),
  nvmlDeviceGetVgpuTypeCreatablePlacements: reads({ device, vgpuTypeId, pPlacementList: inout(s.vgpuPlacementListV2, [s.vgpuPlacementListV2, s.vgpuPlacementListV1]) }),
  nvmlVgpuTypeGetGspHeapSize: reads({ vgpuTypeId, gspHeapSize: out(u64) }),
  nvmlVgpuTypeGetFbReservation: reads({ vgpuTypeId, fbReservation: out(u64) }),
  nvmlDeviceSetVgpuCapabilities: changes({ device, capability: value(e.deviceVgpuCapability), state: value(e.enableState) }),
  nvmlDeviceVgpuForceGspUnload: changes({ device }, { architecture: 'ada' }),
  nvmlDeviceGetGridLicensableFeatures_v4: reads({ device, pGridLicensableFeatures: out(s.gridLicensableFeatures) }),
  nvmlGetVgpuDriverCapabilities: reads({ capability: value(e.vgpuDriverCapability), capResult: out(u32) }, { architecture: 'maxwell' }),
  nvmlDeviceGetVgpuCapabilities: reads({ device, capability: value(e.deviceVgpuCapability), capResult: out(u32) }, { architecture: 'maxwell' }),
  nvmlDeviceGetSupportedVgpus: reads({ device, vgpuCount: count(128), vgpuTypeIds: arrayOut(t.vgpuTypeId) }),
  nvmlDeviceGetCreatableVgpus: reads({ device, vgpuCount: count(128), vgpuTypeIds: arrayOut(t.vgpuTypeId) }),
  nvmlVgpuTypeGetClass: reads({ vgpuTypeId, vgpuTypeClass: countedTextOut(), size: count(size.NVML_DEVICE_NAME_BUFFER_SIZE) }),
  nvmlVgpuTypeGetName: reads({ vgpuTypeId, vgpuTypeName: countedTextOut(), size: count(size.NVML_DEVICE_NAME_BUFFER_SIZE) }),
  nvmlVgpuTypeGetGpuInstanceProfileId: reads({ vgpuTypeId, gpuInstanceProfileId: out(u32) }),
  nvmlVgpuTypeGetDeviceID: reads({ vgpuTypeId, deviceID: out(u64), subsystemID: out(u64) }),
  nvmlVgpuTypeGetFramebufferSize: reads({ vgpuTypeId, fbSize: out(u64) }),
  nvmlVgpuTypeGetNumDisplayHeads: reads({ vgpuTypeId, numDisplayHeads: out(u32) }),
  nvmlVgpuTypeGetResolution: reads({ vgpuTypeId, displayIndex: value(u32), xdim: out(u32), ydim: out(u32) }),
  nvmlVgpuTypeGetLicense: reads({ vgpuTypeId, vgpuTypeLicenseString: textOut(size.NVML_GRID_LICENSE_BUFFER_SIZE), size: length('vgpuTypeLicenseString') }),
  nvmlVgpuTypeGetFrameRateLimit: reads({ vgpuTypeId, frameRateLimit: out(u32) }),
  nvmlVgpuTypeGetMaxInstances: reads({ device, vgpuTypeId, vgpuInstanceCount: out(u32) }),
  nvmlVgpuTypeGetMaxInstancesPerVm: reads({ vgpuTypeId, vgpuInstanceCountPerVm: out(u32) }),
  nvmlVgpuTypeGetBAR1Info: reads({ vgpuTypeId, bar1Info: inout(s.vgpuTypeBar1Info) }, { architecture: 'maxwell' }),
  nvmlVgpuTypeGetCapabilities: reads({ vgpuTypeId, capability: value(e.vgpuCapability), capResult: out(u32) }, { architecture: 'maxwell' }),
  nvmlGpuInstanceGetCreatableVgpus: reads({ gpuInstance, pVgpus: inout(s.vgpuTypeIdInfo) }),
  nvmlVgpuTypeGetMaxInstancesPerGpuInstance: reads({ pMaxInstance: inout(s.vgpuTypeMaxInstance) }),
  nvmlGpuInstanceGetVgpuTypeCreatablePlacements: reads({ gpuInstance, pCreatablePlacementInfo: inout(s.vgpuCreatablePlacementInfo) }, { architecture: 'blackwell' }),
  nvmlGpuInstanceGetVgpuHeterogeneousMode: reads({ gpuInstance, pHeterogeneousMode: inout(s.vgpuHeterogeneousMode) }, { architecture: 'blackwell' }),
  nvmlGpuInstanceSetVgpuHeterogeneousMode: changes({ gpuInstance, pHeterogeneousMode: input(s.vgpuHeterogeneousMode) }),
  nvmlDeviceGetGridLicensableFeatures: reads({ device, pGridLicensableFeatures: out(s.gridLicensableFeaturesV1) }),
  nvmlDeviceGetGridLicensableFeatures_v2: reads({ device, pGridLicensableFeatures: out(s.gridLicensableFeaturesV2) }),
  nvmlDeviceGetGridLicensableFeatures_v3: reads({ device, pGridLicensableFeatures: out(s.gridLicensableFeaturesBefore470) }),
});
