#include <unistd.h>
#include "api.h"

nvmlReturn_t nvmlDeviceGetPersistenceMode(nvmlDevice_t device, nvmlEnableState_t *mode) {
  ENTER_DEVICE(device, OUT(mode));
  *mode = call.gpu->persistence ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceSetPersistenceMode(nvmlDevice_t device, nvmlEnableState_t mode) {
  struct call call;
  if (!enter_device(&call, __func__, device, (struct outputs){0})) return (nvmlReturn_t)call.status;
  if ((unsigned)mode > NVML_FEATURE_ENABLED) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  if (geteuid() != 0) return (nvmlReturn_t)leave(&call, NVML_ERROR_NO_PERMISSION);
  gpu_set_persistence(call.machine, call.gpu, mode == NVML_FEATURE_ENABLED);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}
