/* Field values of ECC, of retired pages and remapped rows, and of what would cure them. */
#include "fields.h"

enum { RECOVERY_ACTION_BRANCH = 570, INACTIVE_ROWS_BRANCH = 595 };

static unsigned retired(const struct gpu *gpu, uint32_t cause, bool only_pending) {
  unsigned count = 0;
  for (uint32_t i = 0; i < gpu->page_count; i++) count += gpu->pages[i].cause == cause && (gpu->pages[i].pending || !only_pending);
  return count;
}

static int put_counter(nvmlFieldValue_t *field, const struct gpu *gpu, enum counter_kind counter, enum error_kind error) {
  return put_field_u64(field, gpu_ecc_is_on(gpu), gpu->ecc.errors[counter][error]);
}

int ecc_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct gpu *gpu = call->gpu;
  switch (field->fieldId) {
    case NVML_FI_DEV_ECC_CURRENT: return put_field_optional(field, gpu->ecc.current);
    case NVML_FI_DEV_ECC_PENDING: return put_field_optional(field, gpu->ecc.pending);
    case NVML_FI_DEV_ECC_SBE_VOL_TOTAL: return put_counter(field, gpu, COUNTER_VOLATILE, ERROR_CORRECTED);
    case NVML_FI_DEV_ECC_DBE_VOL_TOTAL: return put_counter(field, gpu, COUNTER_VOLATILE, ERROR_UNCORRECTED);
    case NVML_FI_DEV_ECC_SBE_AGG_TOTAL: return put_counter(field, gpu, COUNTER_AGGREGATE, ERROR_CORRECTED);
    case NVML_FI_DEV_ECC_DBE_AGG_TOTAL: return put_counter(field, gpu, COUNTER_AGGREGATE, ERROR_UNCORRECTED);
    default: return FIELD_OF_ANOTHER;
  }
}

int repair_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct gpu *gpu = call->gpu;
  const bool pages = gpu_retires_pages(gpu), rows = gpu_remaps_rows(gpu);
  switch (field->fieldId) {
    case NVML_FI_DEV_RETIRED_SBE: return put_field_uint(field, pages, retired(gpu, CAUSE_MULTIPLE_SINGLE_BIT, false));
    case NVML_FI_DEV_RETIRED_DBE: return put_field_uint(field, pages, retired(gpu, CAUSE_DOUBLE_BIT, false));
    case NVML_FI_DEV_RETIRED_PENDING: return put_field_uint(field, pages, pages_pending(gpu));
    case NVML_FI_DEV_RETIRED_PENDING_SBE: return put_field_uint(field, pages, retired(gpu, CAUSE_MULTIPLE_SINGLE_BIT, true));
    case NVML_FI_DEV_RETIRED_PENDING_DBE: return put_field_uint(field, pages, retired(gpu, CAUSE_DOUBLE_BIT, true));
    case NVML_FI_DEV_REMAPPED_COR: return put_field_uint(field, rows, rows_count(gpu, false));
    case NVML_FI_DEV_REMAPPED_UNC: return put_field_uint(field, rows, rows_count(gpu, true));
    case NVML_FI_DEV_REMAPPED_PENDING: return put_field_uint(field, rows, rows_pending(gpu));
    case NVML_FI_DEV_REMAPPED_FAILURE: return put_field_uint(field, rows, gpu->remap_failed);
    case NVML_FI_DEV_REMAPPED_ROWS_COR_INACTIVE:
    case NVML_FI_DEV_REMAPPED_ROWS_UNC_INACTIVE: return put_field_uint(field, rows && call->machine->driver_branch >= INACTIVE_ROWS_BRANCH, 0);
    default: return FIELD_OF_ANOTHER;
  }
}

int recovery_field(const struct call *call, nvmlFieldValue_t *field) {
  if (field->fieldId != NVML_FI_DEV_GET_GPU_RECOVERY_ACTION) return FIELD_OF_ANOTHER;
  return put_field_uint(field, call->machine->driver_branch >= RECOVERY_ACTION_BRANCH, gpu_needs_reset(call->gpu) ? NVML_GPU_RECOVERY_ACTION_GPU_RESET : NVML_GPU_RECOVERY_ACTION_NONE);
}
