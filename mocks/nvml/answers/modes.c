#include "api.h"

ANSWER(nvmlDeviceGetPersistenceMode, nvmlEnableState_t *mode) {
  *mode = call->gpu->modes.persistence ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetPersistenceMode, nvmlEnableState_t mode) {
  if ((unsigned)mode > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  gpu_set_persistence(call->machine, call->gpu, mode == NVML_FEATURE_ENABLED);
  return NVML_SUCCESS;
}
