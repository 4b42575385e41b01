#include "api.h"

enum { RECOVERY_ACTION_BRANCH = 570, INACTIVE_ROWS_BRANCH = 595 };

static unsigned retired(const struct gpu *gpu, uint32_t cause, bool only_pending) {
  unsigned count = 0;
  for (uint32_t i = 0; i < gpu->page_count; i++) count += gpu->pages[i].cause == cause && (gpu->pages[i].pending || !only_pending);
  return count;
}

static int put_uint(nvmlFieldValue_t *field, bool supported, unsigned value) {
  if (!supported) return NVML_ERROR_NOT_SUPPORTED;
  field->valueType = NVML_VALUE_TYPE_UNSIGNED_INT;
  field->value.uiVal = value;
  return NVML_SUCCESS;
}

static int put_counter(nvmlFieldValue_t *field, const struct gpu *gpu, enum counter_kind counter, enum error_kind error) {
  if (!gpu_ecc_is_on(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  field->valueType = NVML_VALUE_TYPE_UNSIGNED_LONG_LONG;
  field->value.ullVal = gpu->ecc.errors[counter][error];
  return NVML_SUCCESS;
}

static int answer(const struct machine *machine, const struct gpu *gpu, nvmlFieldValue_t *field) {
  const bool pages = !gpu->memory.row_remapping, rows = gpu->memory.row_remapping;
  switch (field->fieldId) {
    case NVML_FI_DEV_ECC_CURRENT: return put_uint(field, true, gpu->ecc.current);
    case NVML_FI_DEV_ECC_PENDING: return put_uint(field, true, gpu->ecc.pending);
    case NVML_FI_DEV_ECC_SBE_VOL_TOTAL: return put_counter(field, gpu, COUNTER_VOLATILE, ERROR_CORRECTED);
    case NVML_FI_DEV_ECC_DBE_VOL_TOTAL: return put_counter(field, gpu, COUNTER_VOLATILE, ERROR_UNCORRECTED);
    case NVML_FI_DEV_ECC_SBE_AGG_TOTAL: return put_counter(field, gpu, COUNTER_AGGREGATE, ERROR_CORRECTED);
    case NVML_FI_DEV_ECC_DBE_AGG_TOTAL: return put_counter(field, gpu, COUNTER_AGGREGATE, ERROR_UNCORRECTED);
    case NVML_FI_DEV_RETIRED_SBE: return put_uint(field, pages, retired(gpu, CAUSE_MULTIPLE_SINGLE_BIT, false));
    case NVML_FI_DEV_RETIRED_DBE: return put_uint(field, pages, retired(gpu, CAUSE_DOUBLE_BIT, false));
    case NVML_FI_DEV_RETIRED_PENDING: return put_uint(field, pages, pages_pending(gpu));
    case NVML_FI_DEV_RETIRED_PENDING_SBE: return put_uint(field, pages, retired(gpu, CAUSE_MULTIPLE_SINGLE_BIT, true));
    case NVML_FI_DEV_RETIRED_PENDING_DBE: return put_uint(field, pages, retired(gpu, CAUSE_DOUBLE_BIT, true));
    case NVML_FI_DEV_REMAPPED_COR: return put_uint(field, rows, rows_count(gpu, false));
    case NVML_FI_DEV_REMAPPED_UNC: return put_uint(field, rows, rows_count(gpu, true));
    case NVML_FI_DEV_REMAPPED_PENDING: return put_uint(field, rows, rows_pending(gpu));
    case NVML_FI_DEV_REMAPPED_FAILURE: return put_uint(field, rows, gpu->remap_failed);
    case NVML_FI_DEV_GET_GPU_RECOVERY_ACTION:
      return put_uint(field, machine->driver_branch >= RECOVERY_ACTION_BRANCH, gpu_needs_reset(gpu) ? NVML_GPU_RECOVERY_ACTION_GPU_RESET : NVML_GPU_RECOVERY_ACTION_NONE);
    case NVML_FI_DEV_REMAPPED_ROWS_COR_INACTIVE:
    case NVML_FI_DEV_REMAPPED_ROWS_UNC_INACTIVE: return put_uint(field, rows && machine->driver_branch >= INACTIVE_ROWS_BRANCH, 0);
    default: return NVML_ERROR_NOT_SUPPORTED;
  }
}

ANSWER(nvmlDeviceGetFieldValues, int valuesCount, nvmlFieldValue_t *values) {
  if (valuesCount == 0) return NVML_ERROR_INVALID_ARGUMENT;
  for (int i = 0; i < valuesCount; i++) {
    values[i].timestamp = machine_now_ns(call->machine) / 1000;
    values[i].latencyUsec = 0;
    values[i].value.ullVal = 0;
    values[i].nvmlReturn = (nvmlReturn_t)answer(call->machine, call->gpu, &values[i]);
  }
  return NVML_SUCCESS;
}
