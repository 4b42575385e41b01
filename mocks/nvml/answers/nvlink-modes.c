/* What can be chosen of a GPU's NVLinks: when they sleep, and how much of them is used. And the link to the processor. */
#include "attributes.h"
#include "put.h"

ANSWER(nvmlDeviceSetNvLinkDeviceLowPowerThreshold, const nvmlNvLinkPowerThres_t *info) {
  struct nvlink *nvlink = &call->gpu->nvlink;
  const unsigned threshold = info->lowPwrThreshold;
  if (nvlink->low_power.state == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  if (threshold == NVML_NVLINK_LOW_POWER_THRESHOLD_RESET) {
    nvlink->low_power.threshold = nvlink->low_power.standard;
    return NVML_SUCCESS;
  }
  if (threshold < nvlink->low_power.minimum || threshold > nvlink->low_power.maximum) return NVML_ERROR_INVALID_ARGUMENT;
  nvlink->low_power.threshold = threshold;
  return NVML_SUCCESS;
}

static bool follows_host(const struct gpu *gpu) { return !gpu->removed && gpu->nvlink.bandwidth.scope == BANDWIDTH_OF_HOST; }

/* All GPUs of a host have the same mode there. */
static struct gpu *first_of_host(struct machine *machine) {
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    if (follows_host(&machine->gpus[i])) return &machine->gpus[i];
  return NULL;
}

ANSWER(nvmlSystemGetNvlinkBwMode, unsigned int *nvlinkBwMode) {
  const struct gpu *gpu = first_of_host(call->machine);
  if (!gpu) return NVML_ERROR_NOT_SUPPORTED;
  *nvlinkBwMode = gpu->nvlink.bandwidth.mode;
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemSetNvlinkBwMode, unsigned int nvlinkBwMode) {
  struct machine *machine = call->machine;
  const struct gpu *first = first_of_host(machine);
  if (!first) return NVML_ERROR_NOT_SUPPORTED;
  if (!nvlink_has_bandwidth_mode(first, nvlinkBwMode)) return NVML_ERROR_INVALID_ARGUMENT;
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    if (follows_host(&machine->gpus[i])) machine->gpus[i].nvlink.bandwidth.mode = nvlinkBwMode;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetNvlinkSupportedBwModes, nvmlNvlinkSupportedBwModes_v1_t *supportedBwMode) {
  if (call->gpu->nvlink.bandwidth.scope != BANDWIDTH_OF_GPU) return NVML_ERROR_NOT_SUPPORTED;
  unsigned char count = 0;
  for (unsigned char mode = 0; mode < NVLINK_BANDWIDTH_MODES; mode++)
    if (nvlink_has_bandwidth_mode(call->gpu, mode)) supportedBwMode->bwModes[count++] = mode;
  supportedBwMode->totalBwModes = count;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetNvlinkBwMode, nvmlNvlinkGetBwMode_v1_t *getBwMode) {
  const struct gpu *gpu = call->gpu;
  if (gpu->nvlink.bandwidth.scope != BANDWIDTH_OF_GPU) return NVML_ERROR_NOT_SUPPORTED;
  getBwMode->bwMode = (unsigned char)gpu->nvlink.bandwidth.mode;
  getBwMode->bIsBest = gpu->nvlink.bandwidth.mode == nvlink_best_bandwidth_mode(gpu);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetNvlinkBwMode, const nvmlNvlinkSetBwMode_v1_t *setBwMode) {
  struct gpu *gpu = call->gpu;
  if (gpu->nvlink.bandwidth.scope != BANDWIDTH_OF_GPU) return NVML_ERROR_NOT_SUPPORTED;
  if (!setBwMode->bSetBest && !nvlink_has_bandwidth_mode(gpu, setBwMode->bwMode)) return NVML_ERROR_INVALID_ARGUMENT;
  gpu->nvlink.bandwidth.mode = setBwMode->bSetBest ? nvlink_best_bandwidth_mode(gpu) : setBwMode->bwMode;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetC2cModeInfoV, nvmlC2cModeInfo_v1_t *c2cModeInfo) { return put_u32(&c2cModeInfo->isC2cEnabled, call->gpu->nvlink.c2c.enabled); }
