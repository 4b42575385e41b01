/* GPU instances: profiles, places, creating and destroying. */
#include "attributes.h"
#include "mig.h"

enum { THIRD_VERSION_BRANCH = 545 };

/* The kind's profile, or why there is none. */
static int profile_of_kind(const struct call *call, unsigned kind, const struct gpu_profile **profile) {
  if (kind >= mig_gpu_kinds(call)) return NVML_ERROR_INVALID_ARGUMENT;
  const int status = mig_can_tell(call);
  if (status != NVML_SUCCESS) return status;
  *profile = gpu_profile_by_kind(&call->gpu->mig, kind);
  return *profile ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

/* `ready`: what the mode must allow. */
static int profile_of_id(const struct call *call, unsigned id, int (*ready)(const struct call *), const struct gpu_profile **profile) {
  const int status = ready(call);
  if (status != NVML_SUCCESS) return status;
  *profile = mig_known_by_id(call, id);
  return *profile ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

static unsigned capabilities(const struct gpu_profile *profile) {
  const uint32_t kind = profile->kind;
  return kind == GPU_1_SLICE_GFX || kind == GPU_2_SLICE_GFX || kind == GPU_3_SLICE_GFX || kind == GPU_4_SLICE_GFX ? NVML_GPU_INSTANCE_PROFILE_CAPS_GFX : 0;
}

/* What all versions of the struct have. */
#define FILL(info, profile)                                                                                                                             \
  do {                                                                                                                                                  \
    (info)->id = (profile)->id;                                                                                                                         \
    (info)->sliceCount = (profile)->slices;                                                                                                             \
    (info)->instanceCount = (profile)->instances;                                                                                                       \
    (info)->multiprocessorCount = (profile)->multiprocessors;                                                                                           \
    (info)->copyEngineCount = (profile)->copy_engines;                                                                                                  \
    (info)->decoderCount = (profile)->decoders;                                                                                                         \
    (info)->encoderCount = (profile)->encoders;                                                                                                         \
    (info)->jpegCount = (profile)->jpegs;                                                                                                               \
    (info)->ofaCount = (profile)->ofas;                                                                                                                 \
    (info)->memorySizeMB = (profile)->memory_megabytes;                                                                                                 \
  } while (0)

static int tell_versioned(const struct call *call, const struct gpu_profile *profile, nvmlGpuInstanceProfileInfo_v2_t *info) {
  char name[MIG_NAME_BYTES];
  mig_profile_name(profile->name, name);
  if (info->version == nvmlGpuInstanceProfileInfo_v2) {
    FILL(info, profile);
    info->isP2pSupported = 0;
    return put_text(info->name, sizeof info->name, name);
  }
  nvmlGpuInstanceProfileInfo_v3_t *third = (nvmlGpuInstanceProfileInfo_v3_t *)(void *)info;
  if (call->machine->driver_branch < THIRD_VERSION_BRANCH) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  FILL(third, profile);
  third->capabilities = capabilities(profile);
  return put_text(third->name, sizeof third->name, name);
}

ANSWER(nvmlDeviceGetGpuInstanceProfileInfo, unsigned int profile, nvmlGpuInstanceProfileInfo_t *info) {
  const struct gpu_profile *found;
  const int status = profile_of_kind(call, profile, &found);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  FILL(info, found);
  info->isP2pSupported = 0;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetGpuInstanceProfileInfoV, unsigned int profile, nvmlGpuInstanceProfileInfo_v2_t *info) {
  const struct gpu_profile *found;
  const int status = profile_of_kind(call, profile, &found);
  return (nvmlReturn_t)(status == NVML_SUCCESS ? tell_versioned(call, found, info) : status);
}

ANSWER(nvmlDeviceGetGpuInstanceProfileInfoByIdV, unsigned int profileId, nvmlGpuInstanceProfileInfo_v2_t *info) {
  const struct gpu_profile *found;
  const int status = profile_of_id(call, profileId, mig_can_tell, &found);
  return (nvmlReturn_t)(status == NVML_SUCCESS ? tell_versioned(call, found, info) : status);
}

static nvmlReturn_t possible_placements(const struct call *call, unsigned profileId, nvmlGpuInstancePlacement_t *placements, unsigned *count) {
  const struct gpu_profile *profile;
  int status = mig_permits(call);
  if (status == NVML_SUCCESS) status = profile_of_id(call, profileId, mig_can_tell, &profile);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  for (unsigned i = 0; placements && i < profile->places; i++)
    placements[i] = (nvmlGpuInstancePlacement_t){.start = i * profile->memory_slices, .size = profile->memory_slices};
  *count = profile->places;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetGpuInstancePossiblePlacements_v2, unsigned int profileId, nvmlGpuInstancePlacement_t *placements, unsigned int *count) {
  return possible_placements(call, profileId, placements, count);
}

ANSWER(nvmlDeviceGetGpuInstancePossiblePlacements, unsigned int profileId, nvmlGpuInstancePlacement_t *placements, unsigned int *count) {
  return possible_placements(call, profileId, placements, count);
}

ANSWER(nvmlDeviceGetGpuInstanceRemainingCapacity, unsigned int profileId, unsigned int *count) {
  const struct gpu_profile *profile;
  int status = mig_permits(call);
  if (status == NVML_SUCCESS) status = profile_of_id(call, profileId, mig_is_on, &profile);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  *count = gpu_instance_capacity(&call->gpu->mig, profile);
  return NVML_SUCCESS;
}

static nvmlReturn_t create(const struct call *call, const struct gpu_profile *profile, uint32_t start, nvmlGpuInstance_t *out) {
  const struct gpu_instance *instance = gpu_instance_create(&call->gpu->mig, profile, start);
  if (!instance) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  event_raise(call->machine, call->gpu, EVENT_MIG_CONFIGURATION, 0);
  return mig_put_gpu_instance(call, instance, out);
}

ANSWER(nvmlDeviceCreateGpuInstance, unsigned int profileId, nvmlGpuInstance_t *gpuInstance) {
  const struct gpu_profile *profile;
  const int status = profile_of_id(call, profileId, mig_is_on, &profile);
  return status == NVML_SUCCESS ? create(call, profile, MIG_ANYWHERE, gpuInstance) : (nvmlReturn_t)status;
}

ANSWER(nvmlDeviceCreateGpuInstanceWithPlacement, unsigned int profileId, const nvmlGpuInstancePlacement_t *placement, nvmlGpuInstance_t *gpuInstance) {
  const struct gpu_profile *profile;
  const int status = profile_of_id(call, profileId, mig_is_on, &profile);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  const unsigned size = profile->memory_slices;
  if (placement->size != size || placement->start % size != 0 || placement->start / size >= profile->places) return NVML_ERROR_INVALID_ARGUMENT;
  return create(call, profile, placement->start, gpuInstance);
}

ANSWER(nvmlGpuInstanceDestroy) {
  const struct vgpu_region region = {.gpu = call->gpu, .gpu_instance_id = gpu_instance_id(&call->gpu->mig, call->gpu_instance)};
  if (vgpus_run_in(call->machine, &region)) return NVML_ERROR_IN_USE;
  if (!gpu_instance_destroy(&call->gpu->mig, call->gpu_instance)) return NVML_ERROR_IN_USE;
  mig_forget_gpu_instance(call, call->gpu_instance);
  event_raise(call->machine, call->gpu, EVENT_MIG_CONFIGURATION, 0);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetGpuInstances, unsigned int profileId, nvmlGpuInstance_t *gpuInstances, unsigned int *count) {
  const struct mig *mig = &call->gpu->mig;
  const struct gpu_profile *profile;
  unsigned found = 0;
  int status = mig_permits(call);
  if (status == NVML_SUCCESS) status = profile_of_id(call, profileId, mig_is_on, &profile);
  for (int i = 0; i < GPU_INSTANCES_MAX && status == NVML_SUCCESS; i++) {
    if (mig->gpu_instances[i].profile != profile->id) continue;
    if (gpuInstances) status = mig_put_gpu_instance(call, &mig->gpu_instances[i], &gpuInstances[found]);
    found++;
  }
  if (status == NVML_SUCCESS) *count = found;
  return (nvmlReturn_t)status;
}

ANSWER(nvmlDeviceGetGpuInstanceById, unsigned int id, nvmlGpuInstance_t *gpuInstance) {
  const struct mig *mig = &call->gpu->mig;
  int status = mig_permits(call);
  if (status == NVML_SUCCESS) status = mig_is_on(call);
  if (status != NVML_SUCCESS) return (nvmlReturn_t)status;
  for (int i = 0; i < GPU_INSTANCES_MAX; i++)
    if (mig->gpu_instances[i].profile != UNSUPPORTED_U32 && gpu_instance_id(mig, &mig->gpu_instances[i]) == id)
      return mig_put_gpu_instance(call, &mig->gpu_instances[i], gpuInstance);
  return NVML_ERROR_NOT_FOUND;
}

ANSWER(nvmlGpuInstanceGetInfo, nvmlGpuInstanceInfo_t *info) {
  const struct mig *mig = &call->gpu->mig;
  const struct gpu_instance *instance = call->gpu_instance;
  *info = (nvmlGpuInstanceInfo_t){.device = mig_parent_device(call),
                                  .id = gpu_instance_id(mig, instance),
                                  .profileId = instance->profile,
                                  .placement = {.start = instance->start, .size = gpu_profile_of(mig, instance)->memory_slices}};
  return NVML_SUCCESS;
}
