/* Compute instances within a GPU instance. Their profiles' ids are the numbers of their kinds. */
#include "attributes.h"
#include "mig.h"

enum { THIRD_VERSION_BRANCH = 545 };

/* The profile in the GPU instance, or why there is none. */
static int profile_of(const struct call *call, unsigned kind, struct compute_profile *out) {
  if (kind >= mig_compute_kinds(call)) return NVML_ERROR_INVALID_ARGUMENT;
  const struct mig *mig = &call->gpu->mig;
  return compute_profile_of(mig, gpu_profile_of(mig, call->gpu_instance), kind, out) ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

static int privileged_profile_of(const struct call *call, unsigned kind, struct compute_profile *out) {
  const int status = mig_permits(call);
  return status == NVML_SUCCESS ? profile_of(call, kind, out) : status;
}

/* What all versions of the struct have. The engines are those of the GPU instance. */
#define FILL(info, kind, profile, shared)                                                                                                               \
  do {                                                                                                                                                  \
    (info)->id = (kind);                                                                                                                                \
    (info)->sliceCount = (profile)->slices;                                                                                                             \
    (info)->instanceCount = (profile)->instances;                                                                                                       \
    (info)->multiprocessorCount = (profile)->multiprocessors;                                                                                           \
    (info)->sharedCopyEngineCount = (shared)->copy_engines;                                                                                             \
    (info)->sharedDecoderCount = (shared)->decoders;                                                                                                    \
    (info)->sharedEncoderCount = (shared)->encoders;                                                                                                    \
    (info)->sharedJpegCount = (shared)->jpegs;                                                                                                          \
    (info)->sharedOfaCount = (shared)->ofas;                                                                                                            \
  } while (0)

ANSWER(nvmlGpuInstanceGetComputeInstanceProfileInfo, unsigned int profile, unsigned int engProfile, nvmlComputeInstanceProfileInfo_t *info) {
  struct compute_profile found;
  if (engProfile >= NVML_COMPUTE_INSTANCE_ENGINE_PROFILE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  const int status = profile_of(call, profile, &found);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  FILL(info, profile, &found, gpu_profile_of(&call->gpu->mig, call->gpu_instance));
  return NVML_SUCCESS;
}

ANSWER(nvmlGpuInstanceGetComputeInstanceProfileInfoV, unsigned int profile, unsigned int engProfile, nvmlComputeInstanceProfileInfo_v2_t *info) {
  struct compute_profile found;
  char name[MIG_NAME_BYTES];
  if (engProfile >= NVML_COMPUTE_INSTANCE_ENGINE_PROFILE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  const int status = profile_of(call, profile, &found);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  const struct gpu_profile *shared = gpu_profile_of(&call->gpu->mig, call->gpu_instance);
  mig_profile_name(found.name, name);
  if (info->version == nvmlComputeInstanceProfileInfo_v2) {
    FILL(info, profile, &found, shared);
    return (nvmlReturn_t)put_text(info->name, sizeof info->name, name);
  }
  nvmlComputeInstanceProfileInfo_v3_t *third = (nvmlComputeInstanceProfileInfo_v3_t *)(void *)info;
  if (call->machine->driver_branch < THIRD_VERSION_BRANCH) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  FILL(third, profile, &found, shared);
  third->capabilities = 0;
  return (nvmlReturn_t)put_text(third->name, sizeof third->name, name);
}

ANSWER(nvmlGpuInstanceGetComputeInstanceRemainingCapacity, unsigned int profileId, unsigned int *count) {
  struct compute_profile profile;
  const int status = privileged_profile_of(call, profileId, &profile);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  *count = compute_instance_capacity(&call->gpu->mig, call->gpu_instance, profileId);
  return NVML_SUCCESS;
}

ANSWER(nvmlGpuInstanceGetComputeInstancePossiblePlacements, unsigned int profileId, nvmlComputeInstancePlacement_t *placements, unsigned int *count) {
  struct compute_profile profile;
  const int status = privileged_profile_of(call, profileId, &profile);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  for (unsigned i = 0; placements && i < profile.instances; i++) placements[i] = (nvmlComputeInstancePlacement_t){.start = i * profile.step, .size = profile.slices};
  *count = profile.instances;
  return NVML_SUCCESS;
}

static nvmlReturn_t create(const struct call *call, unsigned kind, uint32_t start, nvmlComputeInstance_t *out) {
  const struct mig_device *device = compute_instance_create(&call->gpu->mig, call->gpu_instance, kind, start);
  if (!device) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  event_raise(call->machine, call->gpu, EVENT_MIG_CONFIGURATION, 0);
  return mig_put_compute_instance(call, &device->compute, out);
}

ANSWER(nvmlGpuInstanceCreateComputeInstance, unsigned int profileId, nvmlComputeInstance_t *computeInstance) {
  struct compute_profile profile;
  const int status = profile_of(call, profileId, &profile);
  return status == NVML_SUCCESS ? create(call, profileId, MIG_ANYWHERE, computeInstance) : (nvmlReturn_t)status;
}

ANSWER(nvmlGpuInstanceCreateComputeInstanceWithPlacement, unsigned int profileId, const nvmlComputeInstancePlacement_t *placement, nvmlComputeInstance_t *computeInstance) {
  struct compute_profile profile;
  const int status = profile_of(call, profileId, &profile);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  if (placement->size != profile.slices || placement->start % profile.step != 0 || placement->start / profile.step >= profile.instances) return NVML_ERROR_INVALID_ARGUMENT;
  return create(call, profileId, placement->start, computeInstance);
}

ANSWER(nvmlComputeInstanceDestroy) {
  struct mig_device *device = mig_device_of(call->gpu, call->compute_instance->serial);
  if (processes_run_on(call->machine, call->gpu, device)) return NVML_ERROR_IN_USE;
  mig_forget_compute_instance(call, call->compute_instance);
  compute_instance_destroy(device);
  event_raise(call->machine, call->gpu, EVENT_MIG_CONFIGURATION, 0);
  return NVML_SUCCESS;
}

static bool is_within(const struct call *call, const struct compute_instance *compute) {
  return compute->profile != UNSUPPORTED_U32 && mig_parent(&call->gpu->mig, compute) == call->gpu_instance;
}

ANSWER(nvmlGpuInstanceGetComputeInstances, unsigned int profileId, nvmlComputeInstance_t *computeInstances, unsigned int *count) {
  struct compute_profile profile;
  unsigned found = 0;
  int status = privileged_profile_of(call, profileId, &profile);
  for (int i = 0; i < MIG_DEVICES_MAX && status == NVML_SUCCESS; i++) {
    const struct compute_instance *compute = &call->gpu->mig.devices[i].compute;
    if (!is_within(call, compute) || compute->profile != profileId) continue;
    if (computeInstances) status = mig_put_compute_instance(call, compute, &computeInstances[found]);
    found++;
  }
  if (status == NVML_SUCCESS) *count = found;
  return (nvmlReturn_t)status;
}

ANSWER(nvmlGpuInstanceGetComputeInstanceById, unsigned int id, nvmlComputeInstance_t *computeInstance) {
  const int status = mig_permits(call);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  for (int i = 0; i < MIG_DEVICES_MAX; i++) {
    const struct compute_instance *compute = &call->gpu->mig.devices[i].compute;
    if (is_within(call, compute) && compute->id == id) return mig_put_compute_instance(call, compute, computeInstance);
  }
  return NVML_ERROR_NOT_FOUND;
}

ANSWER(nvmlComputeInstanceGetInfo_v2, nvmlComputeInstanceInfo_t *info) {
  struct compute_profile profile;
  const struct mig *mig = &call->gpu->mig;
  const struct compute_instance *compute = call->compute_instance;
  const struct gpu_instance *parent = mig_parent(mig, compute);
  if (!compute_profile_of(mig, gpu_profile_of(mig, parent), compute->profile, &profile)) return NVML_ERROR_UNKNOWN;
  info->device = mig_parent_device(call);
  info->id = compute->id;
  info->profileId = compute->profile;
  info->placement = (nvmlComputeInstancePlacement_t){.start = compute->start, .size = profile.slices};
  return mig_put_gpu_instance(call, parent, &info->gpuInstance);
}

ANSWER(nvmlComputeInstanceGetInfo, nvmlComputeInstanceInfo_before_460_t *info) {
  info->device = mig_parent_device(call);
  info->id = call->compute_instance->id;
  info->profileId = call->compute_instance->profile;
  return mig_put_gpu_instance(call, mig_parent(&call->gpu->mig, call->compute_instance), &info->gpuInstance);
}
