/**
 * What functions write that kept the unversioned (or an older) name: the structs of their time. The C interface has lost the names of
 * these; ours tell until which driver they were current. Sizes are held to the measured history where it reaches back so far: that of
 * the first two licence structs and of the event data it does not, they are as public code of their time has them.
 */
import { array, handleField, i32, struct, text, u32, u64, u8 } from '../../layout.ts';
import * as e from '../enums/index.ts';
import { vgpuLicenseExpiry } from './vgpu.ts';

export const deviceAttributesBefore455 = struct('nvmlDeviceAttributes_before_455_t', {
  multiprocessorCount: u32,
  sharedCopyEngineCount: u32,
  sharedDecoderCount: u32,
  sharedEncoderCount: u32,
  sharedJpegCount: u32,
  sharedOfaCount: u32,
});

export const computeInstanceInfoBefore460 = struct('nvmlComputeInstanceInfo_before_460_t', {
  device: handleField('nvmlDevice_t'),
  gpuInstance: handleField('nvmlGpuInstance_t'),
  id: u32,
  profileId: u32,
});

/** Before there was MIG. */
export const eventDataBefore450 = struct('nvmlEventData_before_450_t', { device: handleField('nvmlDevice_t'), eventType: u64, eventData: u64 });

export const vgpuLicenseInfoBefore510 = struct('nvmlVgpuLicenseInfo_before_510_t', { isLicensed: u8, licenseExpiry: vgpuLicenseExpiry });

const MOST_FEATURES = 3;
const feature = { featureCode: e.gridLicenseFeatureCode, featureState: u32, licenseInfo: text(128) };

export const gridLicensableFeatureV1 = struct('nvmlGridLicensableFeature_v1_t', feature);
export const gridLicensableFeaturesV1 = struct('nvmlGridLicensableFeatures_v1_t', {
  isGridLicenseSupported: i32,
  licensableFeaturesCount: u32,
  gridLicensableFeatures: array(gridLicensableFeatureV1, MOST_FEATURES),
});

export const gridLicensableFeatureV2 = struct('nvmlGridLicensableFeature_v2_t', { ...feature, productName: text(128) });
export const gridLicensableFeaturesV2 = struct('nvmlGridLicensableFeatures_v2_t', {
  isGridLicenseSupported: i32,
  licensableFeaturesCount: u32,
  gridLicensableFeatures: array(gridLicensableFeatureV2, MOST_FEATURES),
});

export const gridLicensableFeatureBefore470 = struct('nvmlGridLicensableFeature_before_470_t', { ...feature, productName: text(128), featureEnabled: u32 });
export const gridLicensableFeaturesBefore470 = struct('nvmlGridLicensableFeatures_before_470_t', {
  isGridLicenseSupported: i32,
  licensableFeaturesCount: u32,
  gridLicensableFeatures: array(gridLicensableFeatureBefore470, MOST_FEATURES),
});
