/* Field values of temperatures: the memory's, and how far the thresholds are from the maximum. */
#include "driver-release.h"
#include "fields.h"

enum { MARGIN_BRANCH = 535 };

/* Negative beyond the maximum. */
static int put_margin(const struct call *call, nvmlFieldValue_t *field, uint32_t maximum, uint32_t threshold) {
  if (call->machine->driver_branch < MARGIN_BRANCH && !driver_is_release(call->machine, 525, 147)) return NVML_ERROR_INVALID_ARGUMENT;
  return put_field_int(field, call->gpu->thermal.tells_margin && threshold != UNSUPPORTED_U32, (int)maximum - (int)threshold);
}

int thermal_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct thermal *thermal = &call->gpu->thermal;
  switch (field->fieldId) {
    case NVML_FI_DEV_MEMORY_TEMP: return put_field_optional(field, memory_celsius_now(call->machine, call->gpu));
    case NVML_FI_DEV_TEMPERATURE_SHUTDOWN_TLIMIT: return put_margin(call, field, thermal->gpu_maximum_celsius, thermal->shutdown_celsius);
    case NVML_FI_DEV_TEMPERATURE_SLOWDOWN_TLIMIT: return put_margin(call, field, thermal->gpu_maximum_celsius, thermal->slowdown_celsius);
    case NVML_FI_DEV_TEMPERATURE_MEM_MAX_TLIMIT: return put_margin(call, field, thermal->memory_maximum_celsius, thermal->memory_maximum_celsius);
    case NVML_FI_DEV_TEMPERATURE_GPU_MAX_TLIMIT: return put_margin(call, field, thermal->gpu_maximum_celsius, thermal->gpu_maximum_celsius);
    default: return FIELD_OF_ANOTHER;
  }
}
