/* Field values of power: by scope, and a few of their own. */
#include "field-numbers.h"
#include "fields.h"
#include "power-smoothing-fields.h"

enum { SCOPES_BRANCH = 535, SYNC_BALANCING_BRANCH = 575, EDPP_BRANCH = 590, BASE_SCOPE_BRANCH = 610 };

/* What is known of the memory's power alone is its average. */
static int of_memory(const struct call *call, nvmlFieldValue_t *field) {
  return field->fieldId == NVML_FI_DEV_POWER_AVERAGE ? put_field_optional(field, call->gpu->power.memory_usage_milliwatts) : NVML_ERROR_NOT_SUPPORTED;
}

static int limit_of(nvmlFieldValue_t *field, const struct power_limits *limits, uint32_t enforced) {
  switch (field->fieldId) {
    case NVML_FI_DEV_POWER_MIN_LIMIT: return put_field_optional(field, limits->minimum_milliwatts);
    case NVML_FI_DEV_POWER_MAX_LIMIT: return put_field_optional(field, limits->maximum_milliwatts);
    case NVML_FI_DEV_POWER_DEFAULT_LIMIT: return put_field_optional(field, limits->default_milliwatts);
    case NVML_FI_DEV_POWER_REQUESTED_LIMIT: return put_field_optional(field, limits->limit_milliwatts);
    case NVML_FI_DEV_POWER_CURRENT_LIMIT: return put_field_optional(field, enforced);
    default: return NVML_ERROR_NOT_SUPPORTED;
  }
}

static int of_gpu(const struct call *call, nvmlFieldValue_t *field) {
  const struct power *power = &call->gpu->power;
  const uint32_t usage = live_now(call->machine, call->gpu).power_milliwatts;
  switch (field->fieldId) {
    case NVML_FI_DEV_POWER_AVERAGE: return put_field_uint(field, power->averages, usage);
    case NVML_FI_DEV_POWER_INSTANT: return put_field_uint(field, true, usage);
    case NVML_FI_DEV_ENERGY: return put_field_u64(field, true, power_energy_millijoules(call->machine, call->gpu));
    default: return limit_of(field, &power->limits[POWER_OF_GPU], power_enforced_limit(call->gpu));
  }
}

static int of_module(const struct call *call, nvmlFieldValue_t *field) {
  const struct power_limits *limits = &call->gpu->power.limits[POWER_OF_MODULE];
  if (field->fieldId == NVML_FI_DEV_POWER_AVERAGE || field->fieldId == NVML_FI_DEV_POWER_INSTANT) return put_field_optional(field, call->gpu->power.module_usage_milliwatts);
  return limit_of(field, limits, limits->limit_milliwatts);
}

static int of_scope(const struct call *call, nvmlFieldValue_t *field) {
  const struct power_limits *base = &call->gpu->power.limits[POWER_OF_BASE];
  const unsigned branch = call->machine->driver_branch;
  if (branch < SCOPES_BRANCH) return NVML_ERROR_INVALID_ARGUMENT;
  switch (field->scopeId) {
    case NVML_POWER_SCOPE_GPU: return of_gpu(call, field);
    case NVML_POWER_SCOPE_MODULE: return of_module(call, field);
    case NVML_POWER_SCOPE_MEMORY: return of_memory(call, field);
    case NVML_POWER_SCOPE_GPU_BASE: return branch < BASE_SCOPE_BRANCH ? NVML_ERROR_INVALID_ARGUMENT : limit_of(field, base, base->limit_milliwatts);
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
}

static int since(const struct call *call, unsigned branch, nvmlFieldValue_t *field, uint32_t value) {
  return call->machine->driver_branch < branch ? NVML_ERROR_INVALID_ARGUMENT : put_field_optional(field, value);
}

int power_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct power *power = &call->gpu->power;
  const unsigned id = field_today(call, field->fieldId);
  if (id >= NVML_FI_DEV_POWER_AVERAGE && id <= NVML_FI_DEV_POWER_REQUESTED_LIMIT) return of_scope(call, field);
  switch (id) {
    case NVML_FI_DEV_TOTAL_ENERGY_CONSUMPTION: return put_field_u64(field, true, power_energy_millijoules(call->machine, call->gpu));
    case NVML_FI_DEV_POWER_SYNC_BALANCING_FREQ: return since(call, SYNC_BALANCING_BRANCH, field, power->sync_balancing_frequency);
    case NVML_FI_DEV_POWER_SYNC_BALANCING_AF: return since(call, SYNC_BALANCING_BRANCH, field, power->sync_balancing_factor);
    case NVML_FI_DEV_EDPP_MULTIPLIER: return since(call, EDPP_BRANCH, field, power->edpp_percent);
    default: return power_smoothing_field(call, id, field);
  }
}
