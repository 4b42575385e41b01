/* Field values of retired pages and remapped rows, and of what would cure a GPU. */
#include "driver-release.h"
#include "fields.h"

enum { RESET_STATUS_BRANCH = 560, RECOVERY_ACTION_BRANCH = 570, INACTIVE_ROWS_BRANCH = 595 };

static unsigned retired(const struct gpu *gpu, uint32_t cause, bool only_pending) {
  unsigned count = 0;
  for (uint32_t i = 0; i < gpu->page_count; i++) count += gpu->pages[i].cause == cause && (gpu->pages[i].pending || !only_pending);
  return count;
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
      if (call->machine->driver_branch < INACTIVE_ROWS_BRANCH) return NVML_ERROR_INVALID_ARGUMENT;
      return put_field_uint(field, rows, gpu->repair.inactive_correctable);
    case NVML_FI_DEV_REMAPPED_ROWS_UNC_INACTIVE:
      if (call->machine->driver_branch < INACTIVE_ROWS_BRANCH) return NVML_ERROR_INVALID_ARGUMENT;
      return put_field_uint(field, rows, gpu->repair.inactive_uncorrectable);
    default: return FIELD_OF_ANOTHER;
  }
}

static bool knows_reset_status(const struct machine *machine) {
  return machine->driver_branch >= RESET_STATUS_BRANCH || driver_is_release(machine, 535, 261) || driver_is_release(machine, 550, 163);
}

/* What field 230 has replaced. */
static int put_reset_status(const struct machine *machine, nvmlFieldValue_t *field, bool recommended) {
  if (!knows_reset_status(machine)) return NVML_ERROR_INVALID_ARGUMENT;
  if (machine->driver_branch >= RECOVERY_ACTION_BRANCH) return NVML_ERROR_DEPRECATED;
  return put_field_uint(field, true, recommended);
}

int recovery_field(const struct call *call, nvmlFieldValue_t *field) {
  const uint32_t action = recovery_action(call->gpu);
  switch (field->fieldId) {
    case NVML_FI_DEV_RESET_STATUS: return put_reset_status(call->machine, field, action == NVML_GPU_RECOVERY_ACTION_GPU_RESET);
    case NVML_FI_DEV_DRAIN_AND_RESET_STATUS: return put_reset_status(call->machine, field, action == NVML_GPU_RECOVERY_ACTION_DRAIN_AND_RESET);
    case NVML_FI_DEV_GET_GPU_RECOVERY_ACTION: return put_field_uint(field, call->machine->driver_branch >= RECOVERY_ACTION_BRANCH, action);
    default: return FIELD_OF_ANOTHER;
  }
}
