/* MIG devices, and what they are made of. */
#include "attributes.h"
#include "mig.h"

ANSWER(nvmlDeviceIsMigDeviceHandle, unsigned int *isMigDevice) {
  *isMigDevice = call->mig_device != NULL;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMigDeviceHandleByIndex, unsigned int index, nvmlDevice_t *migDevice) {
  const struct mig *mig = &call->gpu->mig;
  if (mig->mode == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  if (mig->mode == 1 && index >= mig_compute_slices(mig)) return NVML_ERROR_INVALID_ARGUMENT;
  const struct mig_device *device = mig_device_at(&call->gpu->mig, index);
  return device ? mig_put_device(call, device, migDevice) : NVML_ERROR_NOT_FOUND;
}

ANSWER(nvmlDeviceGetDeviceHandleFromMigDeviceHandle, nvmlDevice_t *device) {
  if (!call->mig_device) return NVML_ERROR_INVALID_ARGUMENT;
  *device = mig_parent_device(call);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetGpuInstanceId, unsigned int *id) {
  if (!call->mig_device) return NVML_ERROR_INVALID_ARGUMENT;
  *id = gpu_instance_id(&call->gpu->mig, mig_parent(&call->gpu->mig, &call->mig_device->compute));
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetComputeInstanceId, unsigned int *id) {
  if (!call->mig_device) return NVML_ERROR_INVALID_ARGUMENT;
  *id = call->mig_device->compute.id;
  return NVML_SUCCESS;
}

/* Profiles that the device is an instance of; false: it is none. */
static bool profiles_of(const struct call *call, const struct gpu_profile **shared, struct compute_profile *own) {
  const struct mig *mig = &call->gpu->mig;
  if (!call->mig_device) return false;
  *shared = gpu_profile_of(mig, mig_parent(mig, &call->mig_device->compute));
  return compute_profile_of(mig, *shared, call->mig_device->compute.profile, own);
}

ANSWER(nvmlDeviceGetAttributes_v2, nvmlDeviceAttributes_t *attributes) {
  const struct gpu_profile *shared;
  struct compute_profile own;
  if (!profiles_of(call, &shared, &own)) return NVML_ERROR_NOT_SUPPORTED;
  *attributes = (nvmlDeviceAttributes_t){.multiprocessorCount = own.multiprocessors,
                                         .sharedCopyEngineCount = shared->copy_engines,
                                         .sharedDecoderCount = shared->decoders,
                                         .sharedEncoderCount = shared->encoders,
                                         .sharedJpegCount = shared->jpegs,
                                         .sharedOfaCount = shared->ofas,
                                         .gpuInstanceSliceCount = shared->slices,
                                         .computeInstanceSliceCount = own.slices,
                                         .memorySizeMB = shared->memory_megabytes};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetAttributes, nvmlDeviceAttributes_before_455_t *attributes) {
  const struct gpu_profile *shared;
  struct compute_profile own;
  if (!profiles_of(call, &shared, &own)) return NVML_ERROR_NOT_SUPPORTED;
  *attributes = (nvmlDeviceAttributes_before_455_t){.multiprocessorCount = own.multiprocessors,
                                                    .sharedCopyEngineCount = shared->copy_engines,
                                                    .sharedDecoderCount = shared->decoders,
                                                    .sharedEncoderCount = shared->encoders,
                                                    .sharedJpegCount = shared->jpegs,
                                                    .sharedOfaCount = shared->ofas};
  return NVML_SUCCESS;
}
