/* ECC mode and error counters. Injected errors are errors of the device memory; the on-chip memories have none. */
#include <string.h>
#include <unistd.h>
#include "api.h"

nvmlReturn_t nvmlDeviceGetEccMode(nvmlDevice_t device, nvmlEnableState_t *current, nvmlEnableState_t *pending) {
  ENTER_DEVICE(device, OUT(current), OUT(pending));
  *current = call.gpu->ecc_current ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  *pending = call.gpu->ecc_pending ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceSetEccMode(nvmlDevice_t device, nvmlEnableState_t ecc) {
  struct call call;
  if (!enter_device(&call, __func__, device, (struct outputs){0})) return (nvmlReturn_t)call.status;
  if ((unsigned)ecc > NVML_FEATURE_ENABLED) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  if (geteuid() != 0) return (nvmlReturn_t)leave(&call, NVML_ERROR_NO_PERMISSION);
  call.gpu->ecc_pending = ecc;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceClearEccErrorCounts(nvmlDevice_t device, nvmlEccCounterType_t counterType) {
  struct call call;
  if (!enter_device(&call, __func__, device, (struct outputs){0})) return (nvmlReturn_t)call.status;
  if ((unsigned)counterType >= NVML_ECC_COUNTER_TYPE_COUNT) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  if (!call.gpu->ecc_current) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  if (geteuid() != 0) return (nvmlReturn_t)leave(&call, NVML_ERROR_NO_PERMISSION);
  memset(call.gpu->errors[counterType], 0, sizeof call.gpu->errors[counterType]);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

static int counter(const struct gpu *gpu, nvmlMemoryErrorType_t error, nvmlEccCounterType_t counter, unsigned long long *count) {
  if ((unsigned)error >= NVML_MEMORY_ERROR_TYPE_COUNT || (unsigned)counter >= NVML_ECC_COUNTER_TYPE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu->ecc_current) return NVML_ERROR_NOT_SUPPORTED;
  *count = gpu->errors[counter == NVML_VOLATILE_ECC ? COUNTER_VOLATILE : COUNTER_AGGREGATE][error == NVML_MEMORY_ERROR_TYPE_CORRECTED ? ERROR_CORRECTED : ERROR_UNCORRECTED];
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, unsigned long long *eccCounts) {
  ENTER_DEVICE(device, OUT(eccCounts));
  return (nvmlReturn_t)leave(&call, counter(call.gpu, errorType, counterType, eccCounts));
}

nvmlReturn_t nvmlDeviceGetDetailedEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlEccErrorCounts_t *eccCounts) {
  unsigned long long count;
  ENTER_DEVICE(device, OUT(eccCounts));
  const int result = counter(call.gpu, errorType, counterType, &count);
  if (result == NVML_SUCCESS) *eccCounts = (nvmlEccErrorCounts_t){.deviceMemory = count};
  return (nvmlReturn_t)leave(&call, result);
}

nvmlReturn_t nvmlDeviceGetMemoryErrorCounter(nvmlDevice_t device, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlMemoryLocation_t locationType,
                                             unsigned long long *count) {
  unsigned long long in_memory;
  ENTER_DEVICE(device, OUT(count));
  if ((unsigned)locationType >= NVML_MEMORY_LOCATION_COUNT) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  const int result = counter(call.gpu, errorType, counterType, &in_memory);
  if (result == NVML_SUCCESS) *count = locationType == NVML_MEMORY_LOCATION_DRAM ? in_memory : 0;
  return (nvmlReturn_t)leave(&call, result);
}

nvmlReturn_t nvmlDeviceGetSramEccErrorStatus(nvmlDevice_t device, nvmlEccSramErrorStatus_v1_t *status) {
  ENTER_DEVICE(device, OUT(status));
  if (status->version != nvmlEccSramErrorStatus_v1) return (nvmlReturn_t)leave(&call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  if (!call.gpu->row_remapping || !call.gpu->ecc_current) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  *status = (nvmlEccSramErrorStatus_v1_t){.version = nvmlEccSramErrorStatus_v1};
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

/* Blackwell and later, of which there is no profile. */
nvmlReturn_t nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts(nvmlDevice_t device, nvmlEccSramUniqueUncorrectedErrorCounts_v1_t *errorCounts) {
  ENTER_DEVICE(device, NEEDED(errorCounts));
  if (errorCounts->version != nvmlEccSramUniqueUncorrectedErrorCounts_v1) return (nvmlReturn_t)leave(&call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
}
