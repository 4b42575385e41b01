/* ECC mode and error counters. */
#include <string.h>
#include "put.h"

ANSWER(nvmlDeviceGetEccMode, nvmlEnableState_t *current, nvmlEnableState_t *pending) {
  if (!gpu_has_ecc(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *current = gpu_ecc_is_on(call->gpu) ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  *pending = call->gpu->ecc.pending == 1 ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetDefaultEccMode, nvmlEnableState_t *defaultMode) { return put_switch(defaultMode, call->gpu->ecc.standard); }

ANSWER(nvmlDeviceSetEccMode, nvmlEnableState_t ecc) {
  if ((unsigned)ecc > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu_has_ecc(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->ecc.pending = ecc;
  return NVML_SUCCESS;
}

static enum counter_kind counter_of(nvmlEccCounterType_t counter) { return counter == NVML_VOLATILE_ECC ? COUNTER_VOLATILE : COUNTER_AGGREGATE; }
static enum error_kind error_of(nvmlMemoryErrorType_t error) { return error == NVML_MEMORY_ERROR_TYPE_CORRECTED ? ERROR_CORRECTED : ERROR_UNCORRECTED; }

ANSWER(nvmlDeviceClearEccErrorCounts, nvmlEccCounterType_t counterType) {
  if ((unsigned)counterType >= NVML_ECC_COUNTER_TYPE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu_ecc_is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  ecc_clear(call->gpu, counter_of(counterType));
  return NVML_SUCCESS;
}

static nvmlReturn_t counted(const struct gpu *gpu, nvmlMemoryErrorType_t error, nvmlEccCounterType_t counter) {
  if ((unsigned)error >= NVML_MEMORY_ERROR_TYPE_COUNT || (unsigned)counter >= NVML_ECC_COUNTER_TYPE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  return gpu_ecc_is_on(gpu) ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

ANSWER(nvmlDeviceGetTotalEccErrors, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, unsigned long long *eccCounts) {
  const nvmlReturn_t status = counted(call->gpu, errorType, counterType);
  if (status == NVML_SUCCESS) *eccCounts = ecc_total(call->gpu, counter_of(counterType), error_of(errorType));
  return status;
}

/* The struct cannot say that a place is not counted. */
ANSWER(nvmlDeviceGetDetailedEccErrors, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlEccErrorCounts_t *eccCounts) {
  const nvmlReturn_t status = counted(call->gpu, errorType, counterType);
  if (status != NVML_SUCCESS) return status;
  memset(eccCounts, 0, sizeof *eccCounts);
  put_u64(&eccCounts->l1Cache, ecc_errors(call->gpu, counter_of(counterType), error_of(errorType), ECC_L1_CACHE));
  put_u64(&eccCounts->l2Cache, ecc_errors(call->gpu, counter_of(counterType), error_of(errorType), ECC_L2_CACHE));
  put_u64(&eccCounts->deviceMemory, ecc_errors(call->gpu, counter_of(counterType), error_of(errorType), ECC_DRAM));
  put_u64(&eccCounts->registerFile, ecc_errors(call->gpu, counter_of(counterType), error_of(errorType), ECC_REGISTER_FILE));
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMemoryErrorCounter, nvmlMemoryErrorType_t errorType, nvmlEccCounterType_t counterType, nvmlMemoryLocation_t locationType, unsigned long long *count) {
  static const enum ecc_place PLACES[NVML_MEMORY_LOCATION_COUNT] = {
      [NVML_MEMORY_LOCATION_L1_CACHE] = ECC_L1_CACHE,
      [NVML_MEMORY_LOCATION_L2_CACHE] = ECC_L2_CACHE,
      [NVML_MEMORY_LOCATION_DRAM] = ECC_DRAM,
      [NVML_MEMORY_LOCATION_REGISTER_FILE] = ECC_REGISTER_FILE,
      [NVML_MEMORY_LOCATION_TEXTURE_MEMORY] = ECC_TEXTURE_MEMORY,
      [NVML_MEMORY_LOCATION_TEXTURE_SHM] = ECC_TEXTURE_SHARED,
      [NVML_MEMORY_LOCATION_CBU] = ECC_CBU,
      [NVML_MEMORY_LOCATION_SRAM] = ECC_SRAM,
  };
  if ((unsigned)locationType >= NVML_MEMORY_LOCATION_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  const nvmlReturn_t status = counted(call->gpu, errorType, counterType);
  return status == NVML_SUCCESS ? put_u64(count, ecc_errors(call->gpu, counter_of(counterType), error_of(errorType), PLACES[locationType])) : status;
}
