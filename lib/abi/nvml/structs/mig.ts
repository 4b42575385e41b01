/** NVML's structs: mig. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { handleField, struct, text, u32, u64, version } from '../../layout.ts';

export const deviceAttributes = struct('nvmlDeviceAttributes_t', {
  multiprocessorCount: u32,
  sharedCopyEngineCount: u32,
  sharedDecoderCount: u32,
  sharedEncoderCount: u32,
  sharedJpegCount: u32,
  sharedOfaCount: u32,
  gpuInstanceSliceCount: u32,
  computeInstanceSliceCount: u32,
  memorySizeMB: u64,
});

export const gpuInstancePlacement = struct('nvmlGpuInstancePlacement_t', { start: u32, size: u32 });

export const gpuInstanceProfileInfo = struct('nvmlGpuInstanceProfileInfo_t', {
  id: u32,
  isP2pSupported: u32,
  sliceCount: u32,
  instanceCount: u32,
  multiprocessorCount: u32,
  copyEngineCount: u32,
  decoderCount: u32,
  encoderCount: u32,
  jpegCount: u32,
  ofaCount: u32,
  memorySizeMB: u64,
});

export const gpuInstanceProfileInfoV2 = struct('nvmlGpuInstanceProfileInfo_v2_t', {
  version: version(2),
  id: u32,
  isP2pSupported: u32,
  sliceCount: u32,
  instanceCount: u32,
  multiprocessorCount: u32,
  copyEngineCount: u32,
  decoderCount: u32,
  encoderCount: u32,
  jpegCount: u32,
  ofaCount: u32,
  memorySizeMB: u64,
  name: text(96),
});

export const gpuInstanceProfileInfoV3 = struct('nvmlGpuInstanceProfileInfo_v3_t', {
  version: version(3),
  id: u32,
  sliceCount: u32,
  instanceCount: u32,
  multiprocessorCount: u32,
  copyEngineCount: u32,
  decoderCount: u32,
  encoderCount: u32,
  jpegCount: u32,
  ofaCount: u32,
  memorySizeMB: u64,
  name: text(96),
  capabilities: u32,
});

export const gpuInstanceInfo = struct('nvmlGpuInstanceInfo_t', {
  device: handleField('nvmlDevice_t'),
  id: u32,
  profileId: u32,
  placement: gpuInstancePlacement,
});

export const computeInstancePlacement = struct('nvmlComputeInstancePlacement_t', { start: u32, size: u32 });

export const computeInstanceProfileInfo = struct('nvmlComputeInstanceProfileInfo_t', {
  id: u32,
  sliceCount: u32,
  instanceCount: u32,
  multiprocessorCount: u32,
  sharedCopyEngineCount: u32,
  sharedDecoderCount: u32,
  sharedEncoderCount: u32,
  sharedJpegCount: u32,
  sharedOfaCount: u32,
});

export const computeInstanceProfileInfoV2 = struct('nvmlComputeInstanceProfileInfo_v2_t', {
  version: version(2),
  id: u32,
  sliceCount: u32,
  instanceCount: u32,
  multiprocessorCount: u32,
  sharedCopyEngineCount: u32,
  sharedDecoderCount: u32,
  sharedEncoderCount: u32,
  sharedJpegCount: u32,
  sharedOfaCount: u32,
  name: text(96),
});

export const computeInstanceProfileInfoV3 = struct('nvmlComputeInstanceProfileInfo_v3_t', {
  version: version(3),
  id: u32,
  sliceCount: u32,
  instanceCount: u32,
  multiprocessorCount: u32,
  sharedCopyEngineCount: u32,
  sharedDecoderCount: u32,
  sharedEncoderCount: u32,
  sharedJpegCount: u32,
  sharedOfaCount: u32,
  name: text(96),
  capabilities: u32,
});

export const computeInstanceInfo = struct('nvmlComputeInstanceInfo_t', {
  device: handleField('nvmlDevice_t'),
  gpuInstance: handleField('nvmlGpuInstance_t'),
  id: u32,
  profileId: u32,
  placement: computeInstancePlacement,
});
