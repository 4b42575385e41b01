/* Draining, removing and discovering GPUs, by their place on the bus; and those that the driver was told to leave alone. */
#include <string.h>
#include <unistd.h>
#include "api.h"
#include "enumeration.h"

static bool is_meant(const struct gpu *gpu, const nvmlPciInfo_t *pci) {
  char text[sizeof pci->busId];
  memcpy(text, pci->busId, sizeof text);
  text[sizeof text - 1] = 0;
  if (text[0]) return gpu_has_address(gpu, text);
  return gpu->pcie.domain == pci->domain && gpu->pcie.bus == pci->bus && gpu->pcie.device == pci->device;
}

/* The GPU that the driver has there. */
static nvmlReturn_t find(struct call *call, const nvmlPciInfo_t *pci) {
  for (uint32_t i = 0; i < call->machine->gpu_count && !call->gpu; i++)
    if (!call->machine->gpus[i].removed && is_meant(&call->machine->gpus[i], pci)) call->gpu = &call->machine->gpus[i];
  if (!call->gpu) return NVML_ERROR_INVALID_ARGUMENT;
  return call->gpu->board.architecture < call->facts->architecture ? NVML_ERROR_NOT_SUPPORTED : NVML_SUCCESS;
}

ANSWER(nvmlDeviceModifyDrainState, const nvmlPciInfo_t *pciInfo, nvmlEnableState_t newState) {
  const nvmlReturn_t found = find(call, pciInfo);
  if ((unsigned)newState > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (found != NVML_SUCCESS) return found;
  if (newState == NVML_FEATURE_ENABLED && call->gpu->modes.persistence) return NVML_ERROR_IN_USE;
  gpu_set_draining(call->machine, call->gpu, newState == NVML_FEATURE_ENABLED);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceQueryDrainState, const nvmlPciInfo_t *pciInfo, nvmlEnableState_t *currentState) {
  const nvmlReturn_t found = find(call, pciInfo);
  if (found != NVML_SUCCESS) return found;
  *currentState = call->gpu->drain.draining ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}

/* Whether the kernel forgets it too, and what becomes of the link, is the same to everybody who asks NVML. */
ANSWER(nvmlDeviceRemoveGpu_v2, const nvmlPciInfo_t *pciInfo, nvmlDetachGpuState_t gpuState, nvmlPcieLinkState_t linkState) {
  const nvmlReturn_t found = find(call, pciInfo);
  if ((unsigned)gpuState > NVML_DETACH_GPU_REMOVE || (unsigned)linkState > NVML_PCIE_LINK_SHUT_DOWN) return NVML_ERROR_INVALID_ARGUMENT;
  if (found != NVML_SUCCESS) return found;
  if (!call->gpu->drain.draining || gpu_is_used(call->machine, call->gpu, (uint32_t)getpid())) return NVML_ERROR_IN_USE;
  gpu_remove(call->machine, call->gpu);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceRemoveGpu, const nvmlPciInfo_t *pciInfo) { return answer_nvmlDeviceRemoveGpu_v2(call, pciInfo, NVML_DETACH_GPU_KEEP, NVML_PCIE_LINK_KEEP); }

/* A tree of the bus: all of it, one domain, or one place. The text does not count here. */
static bool is_below(const struct gpu *gpu, const nvmlPciInfo_t *tree) {
  const bool whole_domain = tree->bus == 0 && tree->device == 0;
  if (whole_domain && tree->domain == 0) return true;
  return gpu->pcie.domain == tree->domain && (whole_domain || (gpu->pcie.bus == tree->bus && gpu->pcie.device == tree->device));
}

ANSWER(nvmlDeviceDiscoverGpus, const nvmlPciInfo_t *pciInfo) {
  for (uint32_t i = 0; i < call->machine->gpu_count; i++)
    if (is_below(&call->machine->gpus[i], pciInfo)) gpu_discover(call->machine, &call->machine->gpus[i]);
  return NVML_SUCCESS;
}

ANSWER(nvmlGetExcludedDeviceCount, unsigned int *deviceCount) {
  *deviceCount = 0;
  for (uint32_t i = 0; i < call->machine->gpu_count; i++) *deviceCount += call->machine->gpus[i].drain.left_out;
  return NVML_SUCCESS;
}

ANSWER(nvmlGetExcludedDeviceInfoByIndex, unsigned int index, nvmlExcludedDeviceInfo_t *info) {
  for (uint32_t i = 0; i < call->machine->gpu_count; i++) {
    struct gpu *gpu = &call->machine->gpus[i];
    if (!gpu->drain.left_out || index-- != 0) continue;
    struct call of_gpu = {.facts = call->facts, .machine = call->machine, .gpu = gpu};
    const nvmlReturn_t status = answer_nvmlDeviceGetPciInfo_v3(&of_gpu, &info->pciInfo);
    return status == NVML_SUCCESS ? (nvmlReturn_t)put_text(info->uuid, sizeof info->uuid, gpu->board.uuid) : status;
  }
  return NVML_ERROR_INVALID_ARGUMENT;
}
