/* ECC mode and error counters. Injected errors are errors of the device memory; the on-chip memories have none. */
#include <string.h>
#include "api.h"

ANSWER(nvmlDeviceGetEccMode, nvmlEnableState_t *current, nvmlEnableState_t *pending) {
  if (!gpu_has_ecc(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *current = gpu_ecc_is_on(call->gpu) ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  *pending = call->gpu->ecc.pending == 1 ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetEccMode, nvmlEnableState_t ecc) {
  if ((unsigned)ecc > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu_has_ecc(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->ecc.pending = ecc;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceClearEccErrorCounts, nvmlEccCounterType_t counterType) {
  if ((unsigned)counterType >= NVML_ECC_COUNTER_TYPE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu_ecc_is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  memset(call->gpu->ecc.errors[counterType], 0, sizeof call->gpu->ecc.errors[counterType]);
  return NVML_SUCCESS;
}

static int counter(const struct gpu *gpu, nvmlMemoryErrorType_t error, nvmlEccCounterType_t counter, unsigned long long *count) {
  if ((unsigned)error >= NVML_MEMORY_ERROR_TYPE_COUNT || (unsigned)counter >= NVML_ECC_COUNTER_TYPE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu_ecc_is_on(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *count = gpu->ecc.errors[counter == NVML_VOLATILE_ECC ? COUNTER_VOLATILE : COUNTER_AGGREGATE][error == NVML_MEMORY_ERROR_TYPE_CORRECTED ? ERROR_CORRECTED : ERROR_UNCORRECTED];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetTotalEccErrors, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, unsigned long long *eccCounts) {
  return counter(call->gpu, errorType, counterType, eccCounts);
}

ANSWER(nvmlDeviceGetDetailedEccErrors, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlEccErrorCounts_t *eccCounts) {
  unsigned long long count;
  const int result = counter(call->gpu, errorType, counterType, &count);
  if (result == NVML_SUCCESS) *eccCounts = (nvmlEccErrorCounts_t){.deviceMemory = count};
  return result;
}

ANSWER(nvmlDeviceGetMemoryErrorCounter, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlMemoryLocation_t locationType,
                                             unsigned long long *count) {
  unsigned long long in_memory;
  if ((unsigned)locationType >= NVML_MEMORY_LOCATION_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  const int result = counter(call->gpu, errorType, counterType, &in_memory);
  if (result == NVML_SUCCESS) *count = locationType == NVML_MEMORY_LOCATION_DRAM ? in_memory : 0;
  return result;
}

ANSWER(nvmlDeviceGetSramEccErrorStatus, nvmlEccSramErrorStatus_v1_t *status) {
  if (!gpu_remaps_rows(call->gpu) || !gpu_ecc_is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *status = (nvmlEccSramErrorStatus_v1_t){.version = nvmlEccSramErrorStatus_v1};
  return NVML_SUCCESS;
}
