#include "mig.h"
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "handles.h"
#include "instance.h"

enum { TELLS_BEFORE_MODE_BRANCH = 550 };

bool mig_serves(const char *function) {
  static const char *const SERVED[] = {
      "nvmlDeviceGetName",           "nvmlDeviceGetUUID",          "nvmlDeviceGetMemoryInfo",        "nvmlDeviceGetMemoryInfo_v2",
      "nvmlDeviceGetAttributes",     "nvmlDeviceGetAttributes_v2", "nvmlDeviceGetGpuInstanceId",     "nvmlDeviceGetComputeInstanceId",
      "nvmlDeviceIsMigDeviceHandle", "nvmlDeviceGetDeviceHandleFromMigDeviceHandle",
      "nvmlDeviceGetComputeRunningProcesses",    "nvmlDeviceGetComputeRunningProcesses_v2",    "nvmlDeviceGetComputeRunningProcesses_v3",
      "nvmlDeviceGetGraphicsRunningProcesses",   "nvmlDeviceGetGraphicsRunningProcesses_v2",   "nvmlDeviceGetGraphicsRunningProcesses_v3",
      "nvmlDeviceGetMPSComputeRunningProcesses", "nvmlDeviceGetMPSComputeRunningProcesses_v2", "nvmlDeviceGetMPSComputeRunningProcesses_v3",
      "nvmlDeviceGetRunningProcessDetailList",   "nvmlDeviceGetIndex",                         "nvmlDeviceGetBAR1MemoryInfo",
  };
  for (unsigned i = 0; i < sizeof SERVED / sizeof *SERVED; i++)
    if (strcmp(SERVED[i], function) == 0) return true;
  return false;
}

int mig_is_on(const struct call *call) { return call->gpu->mig.mode == 1 ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED; }

int mig_can_tell(const struct call *call) {
  if (call->gpu->mig.tells_before_mode == 1 && call->machine->driver_branch >= TELLS_BEFORE_MODE_BRANCH) return NVML_SUCCESS;
  return mig_is_on(call);
}

int mig_permits(const struct call *call) { return instance_may_change(call->machine) ? NVML_SUCCESS : NVML_ERROR_NO_PERMISSION; }

/* From `branch` on a driver knows `count`. */
struct step {
  unsigned branch, count;
};

static unsigned known_to(unsigned branch, const struct step *steps, unsigned count) {
  unsigned known = 0;
  for (unsigned i = 0; i < count; i++)
    if (branch >= steps[i].branch) known = steps[i].count;
  return known;
}

unsigned mig_gpu_kinds(const struct call *call) {
  static const struct step STEPS[] = {{450, 5}, {455, 6}, {460, 7}, {470, 8}, {525, 10}, {570, 13}, {575, 17}, {595, 18}};
  return known_to(call->machine->driver_branch, STEPS, sizeof STEPS / sizeof *STEPS);
}

unsigned mig_compute_kinds(const struct call *call) {
  static const struct step STEPS[] = {{450, 5}, {455, 6}, {460, 7}, {525, 8}, {610, 9}};
  return known_to(call->machine->driver_branch, STEPS, sizeof STEPS / sizeof *STEPS);
}

const struct gpu_profile *mig_known_by_id(const struct call *call, unsigned id) {
  const struct gpu_profile *profile = gpu_profile_by_id(&call->gpu->mig, id);
  return profile && profile->kind < mig_gpu_kinds(call) ? profile : NULL;
}

static int index_of(const struct call *call) { return (int)(call->gpu - call->machine->gpus); }

nvmlReturn_t mig_put_device(const struct call *call, const struct mig_device *migDevice, nvmlDevice_t *out) {
  *out = (nvmlDevice_t)handle_of(OPERAND_DEVICE, index_of(call), true, migDevice->compute.serial);
  return *out ? NVML_SUCCESS : NVML_ERROR_MEMORY;
}

nvmlReturn_t mig_put_gpu_instance(const struct call *call, const struct gpu_instance *instance, nvmlGpuInstance_t *out) {
  *out = (nvmlGpuInstance_t)handle_of(OPERAND_GPU_INSTANCE, index_of(call), false, instance->serial);
  return *out ? NVML_SUCCESS : NVML_ERROR_MEMORY;
}

nvmlReturn_t mig_put_compute_instance(const struct call *call, const struct compute_instance *instance, nvmlComputeInstance_t *out) {
  *out = (nvmlComputeInstance_t)handle_of(OPERAND_COMPUTE_INSTANCE, index_of(call), false, instance->serial);
  return *out ? NVML_SUCCESS : NVML_ERROR_MEMORY;
}

nvmlDevice_t mig_parent_device(const struct call *call) { return (nvmlDevice_t)handle_of_gpu((unsigned)index_of(call)); }

void mig_forget_gpu_instance(const struct call *call, const struct gpu_instance *instance) {
  handle_forget(handle_of(OPERAND_GPU_INSTANCE, index_of(call), false, instance->serial));
}

void mig_forget_compute_instance(const struct call *call, const struct compute_instance *instance) {
  handle_forget(handle_of(OPERAND_COMPUTE_INSTANCE, index_of(call), false, instance->serial));
  handle_forget(handle_of(OPERAND_DEVICE, index_of(call), true, instance->serial));
}

void mig_profile_name(const char *profile, char out[MIG_NAME_BYTES]) { snprintf(out, MIG_NAME_BYTES, "MIG %.40s", profile); }

static const struct gpu_instance *parent_of(const struct call *call) { return mig_parent(&call->gpu->mig, &call->mig_device->compute); }

nvmlReturn_t mig_put_name(const struct call *call, char *name, unsigned int length) {
  char text[sizeof call->gpu->board.name + MIG_NAME_BYTES], suffix[MIG_NAME_BYTES];
  struct compute_profile profile;
  const struct mig *mig = &call->gpu->mig;
  if (!compute_profile_of(mig, gpu_profile_of(mig, parent_of(call)), call->mig_device->compute.profile, &profile)) return NVML_ERROR_UNKNOWN;
  mig_profile_name(profile.name, suffix);
  snprintf(text, sizeof text, "%s %s", call->gpu->board.name, suffix);
  return (nvmlReturn_t)put_text(name, length, text);
}

nvmlReturn_t mig_put_uuid(const struct call *call, char *uuid, unsigned int length) {
  char text[MIG_UUID_BYTES];
  mig_device_uuid(call->machine, call->gpu, call->mig_device, text);
  return (nvmlReturn_t)put_text(uuid, length, text);
}

static unsigned long long total_of(const struct call *call) { return (unsigned long long)gpu_profile_of(&call->gpu->mig, parent_of(call))->memory_megabytes << 20; }

static unsigned long long used_of(const struct call *call) {
  return parent_of(call)->used_bytes + processes_memory_within(call->machine, call->gpu, gpu_instance_id(&call->gpu->mig, parent_of(call)));
}

nvmlReturn_t mig_put_memory(const struct call *call, nvmlMemory_t *memory) {
  const unsigned long long total = total_of(call), used = used_of(call);
  *memory = (nvmlMemory_t){.total = total, .used = used, .free = total - used};
  return NVML_SUCCESS;
}

nvmlReturn_t mig_put_memory_v2(const struct call *call, nvmlMemory_v2_t *memory) {
  const unsigned long long total = total_of(call), used = used_of(call);
  memory->total = total;
  memory->reserved = 0;
  memory->used = used;
  memory->free = total - used;
  return NVML_SUCCESS;
}

/* The window is shared as the memory is. */
nvmlReturn_t mig_put_bar1(const struct call *call, nvmlBAR1Memory_t *memory) {
  const struct mig *mig = &call->gpu->mig;
  const unsigned long long share = call->gpu->pcie.bar1_total_bytes / mig_memory_slices(mig) * gpu_profile_of(mig, parent_of(call))->memory_slices;
  *memory = (nvmlBAR1Memory_t){.bar1Total = share, .bar1Free = share};
  return NVML_SUCCESS;
}
