/* Field values of clocks: how long what held them down, and how the memory clock is switched. */
#include "field-numbers.h"
#include "fields.h"

enum { REASON_COUNTERS_BRANCH = 575, MEMORY_CLOCK_BRANCH = 610 };

static int put_violation(const struct call *call, nvmlFieldValue_t *field, enum violation violation) {
  return put_field_u64(field, true, clocks_violation_ns(call->machine, call->gpu, violation));
}

static int put_reason_counter(const struct call *call, nvmlFieldValue_t *field, enum violation violation) {
  return call->machine->driver_branch < REASON_COUNTERS_BRANCH ? NVML_ERROR_INVALID_ARGUMENT : put_violation(call, field, violation);
}

static int put_mma_stall(nvmlFieldValue_t *field, uint32_t percent) {
  if (percent == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  field->valueType = NVML_VALUE_TYPE_DOUBLE;
  field->value.dVal = percent;
  return NVML_SUCCESS;
}

static int put_memory_switch(nvmlFieldValue_t *field, enum memory_switch how) {
  static const unsigned TYPE[] = {[MEMORY_SWITCH_NONE] = NVML_MCLK_SWITCH_TYPE_NOT_SUPPORTED,
                                  [MEMORY_SWITCH_DEFERRED] = NVML_MCLK_SWITCH_TYPE_DEFERRED,
                                  [MEMORY_SWITCH_RUNTIME] = NVML_MCLK_SWITCH_TYPE_RUNTIME};
  return put_field_uint(field, true, TYPE[how]);
}

int clocks_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct clocks *clocks = &call->gpu->clocks;
  const unsigned id = field_today(call, field->fieldId);
  if (id >= NVML_FI_DEV_MMA_STALL_PERCENT && id <= NVML_FI_DEV_MCLK_MIN_SWITCH_INTERVAL_MILLISECONDS && call->machine->driver_branch < MEMORY_CLOCK_BRANCH)
    return NVML_ERROR_INVALID_ARGUMENT;
  switch (id) {
    case NVML_FI_DEV_PERF_POLICY_POWER: return put_violation(call, field, VIOLATION_POWER);
    case NVML_FI_DEV_PERF_POLICY_THERMAL: return put_violation(call, field, VIOLATION_THERMAL);
    case NVML_FI_DEV_PERF_POLICY_SYNC_BOOST: return put_violation(call, field, VIOLATION_SYNC_BOOST);
    case NVML_FI_DEV_PERF_POLICY_BOARD_LIMIT: return put_violation(call, field, VIOLATION_BOARD_LIMIT);
    case NVML_FI_DEV_PERF_POLICY_LOW_UTILIZATION: return put_violation(call, field, VIOLATION_LOW_UTILIZATION);
    case NVML_FI_DEV_PERF_POLICY_RELIABILITY: return put_violation(call, field, VIOLATION_RELIABILITY);
    case NVML_FI_DEV_PERF_POLICY_TOTAL_APP_CLOCKS: return put_violation(call, field, VIOLATION_APPLICATION_CLOCKS);
    case NVML_FI_DEV_PERF_POLICY_TOTAL_BASE_CLOCKS: return put_violation(call, field, VIOLATION_BASE_CLOCKS);
    case NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN: return put_reason_counter(call, field, VIOLATION_SOFTWARE_THERMAL);
    case NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN: return put_reason_counter(call, field, VIOLATION_HARDWARE_THERMAL);
    case NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN: return put_reason_counter(call, field, VIOLATION_POWER_BRAKE);
    case NVML_FI_DEV_MMA_STALL_PERCENT: return put_mma_stall(field, clocks->mma_stall_percent);
    case NVML_FI_DEV_MCLK_SWITCH_TYPE: return put_memory_switch(field, (enum memory_switch)clocks->memory_switch);
    case NVML_FI_DEV_MCLK_MIN_SWITCH_INTERVAL_MILLISECONDS: return put_field_optional(field, clocks->memory_switch_milliseconds);
    default: return FIELD_OF_ANOTHER;
  }
}
