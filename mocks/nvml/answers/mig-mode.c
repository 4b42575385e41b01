/* MIG mode. */
#include "attributes.h"
#include "mig.h"

ANSWER(nvmlDeviceGetMigMode, unsigned int *currentMode, unsigned int *pendingMode) {
  const struct mig *mig = &call->gpu->mig;
  if (mig->mode == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *currentMode = mig->mode ? NVML_DEVICE_MIG_ENABLE : NVML_DEVICE_MIG_DISABLE;
  *pendingMode = mig->pending == 1 ? NVML_DEVICE_MIG_ENABLE : NVML_DEVICE_MIG_DISABLE;
  return NVML_SUCCESS;
}

/* The mode is taken note of in any case; the status tells whether it holds already. */
ANSWER(nvmlDeviceSetMigMode, unsigned int mode, nvmlReturn_t *activationStatus) {
  static const nvmlReturn_t STATUS[] = {[MIG_IS_ACTIVE] = NVML_SUCCESS, [MIG_IN_USE] = NVML_ERROR_IN_USE, [MIG_AWAITS_RESET] = NVML_ERROR_RESET_REQUIRED};
  if (mode > NVML_DEVICE_MIG_ENABLE) return NVML_ERROR_INVALID_ARGUMENT;
  if (call->gpu->mig.mode == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *activationStatus = STATUS[mig_set_mode(call->machine, call->gpu, mode == NVML_DEVICE_MIG_ENABLE, 1)];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMaxMigDeviceCount, unsigned int *count) {
  *count = mig_is_on(call) == NVML_SUCCESS ? mig_compute_slices(&call->gpu->mig) : 0;
  return NVML_SUCCESS;
}
