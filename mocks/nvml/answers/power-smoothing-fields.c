/* Field values of power smoothing. Like its settings they are for those who may change a GPU. */
#include "field-numbers.h"
#include "fields.h"
#include "instance.h"
#include "power-smoothing-fields.h"

enum { FIRST_BRANCH = 570, DELAYED_BRANCH = 590, SOC_BRANCH = 610 };

static bool is_smoothing(unsigned id) {
  return (id >= NVML_FI_PWR_SMOOTHING_ENABLED && id <= NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_DOWN_HYST_VAL) ||
         (id >= NVML_FI_PWR_SMOOTHING_PRIMARY_POWER_FLOOR && id <= NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_ACT_OFFSET) ||
         id == NVML_FI_PWR_SMOOTHING_SOC_POWER_SMOOTHING_ENABLED;
}

static unsigned first_branch_of(unsigned id) {
  return id == NVML_FI_PWR_SMOOTHING_SOC_POWER_SMOOTHING_ENABLED ? SOC_BRANCH : id >= NVML_FI_PWR_SMOOTHING_PRIMARY_POWER_FLOOR ? DELAYED_BRANCH : FIRST_BRANCH;
}

/* The parameter that a field of a preset or of an administrator's override is about; SMOOTHING_PARAMETERS: of neither. */
static enum smoothing_parameter parameter_of(unsigned id, bool *overridden) {
  static const struct {
    unsigned preset, override;
  } FIELDS[SMOOTHING_PARAMETERS] = {
      [SMOOTHING_FLOOR_PERCENT] = {NVML_FI_PWR_SMOOTHING_PROFILE_PERCENT_TMP_FLOOR, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PERCENT_TMP_FLOOR},
      [SMOOTHING_RAMP_UP] = {NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_UP_RATE, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_UP_RATE},
      [SMOOTHING_RAMP_DOWN] = {NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_DOWN_RATE, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_DOWN_RATE},
      [SMOOTHING_RAMP_DOWN_HYSTERESIS] = {NVML_FI_PWR_SMOOTHING_PROFILE_RAMP_DOWN_HYST_VAL, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_RAMP_DOWN_HYST_VAL},
      [SMOOTHING_SECONDARY_FLOOR] = {NVML_FI_PWR_SMOOTHING_PROFILE_SECONDARY_POWER_FLOOR, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_SECONDARY_POWER_FLOOR},
      [SMOOTHING_ACTIVATION_WINDOW] = {NVML_FI_PWR_SMOOTHING_PROFILE_PRIMARY_FLOOR_ACT_WIN_MULT, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_ACT_WIN_MULT},
      [SMOOTHING_TARGET_WINDOW] = {NVML_FI_PWR_SMOOTHING_PROFILE_PRIMARY_FLOOR_TAR_WIN_MULT, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_TAR_WIN_MULT},
      [SMOOTHING_ACTIVATION_OFFSET] = {NVML_FI_PWR_SMOOTHING_PROFILE_PRIMARY_FLOOR_ACT_OFFSET, NVML_FI_PWR_SMOOTHING_ADMIN_OVERRIDE_PRIMARY_FLOOR_ACT_OFFSET},
  };
  unsigned parameter = 0;
  while (parameter < SMOOTHING_PARAMETERS && FIELDS[parameter].preset != id && FIELDS[parameter].override != id) parameter++;
  *overridden = parameter < SMOOTHING_PARAMETERS && FIELDS[parameter].override == id;
  return (enum smoothing_parameter)parameter;
}

/* The scope of a preset's field is the preset. An override that is not set is told as such by its value. */
static int put_parameter(nvmlFieldValue_t *field, const struct power_smoothing *smoothing, enum smoothing_parameter parameter, bool overridden) {
  if (overridden) return put_field_uint(field, true, smoothing->overrides.values[parameter]);
  if (field->scopeId >= smoothing->preset_count) return NVML_ERROR_INVALID_ARGUMENT;
  return put_field_uint(field, true, smoothing->presets[field->scopeId].values[parameter]);
}

int power_smoothing_field(const struct call *call, unsigned id, nvmlFieldValue_t *field) {
  const struct gpu *gpu = call->gpu;
  const struct power_smoothing *smoothing = &gpu->power.smoothing;
  bool overridden;
  if (!is_smoothing(id)) return FIELD_OF_ANOTHER;
  if (call->machine->driver_branch < first_branch_of(id)) return NVML_ERROR_INVALID_ARGUMENT;
  if (!power_has_smoothing(gpu)) return NVML_ERROR_NOT_SUPPORTED;
  if (!instance_may_change(call->machine)) return NVML_ERROR_NO_PERMISSION;
  const enum smoothing_parameter parameter = parameter_of(id, &overridden);
  if (parameter != SMOOTHING_PARAMETERS) return put_parameter(field, smoothing, parameter, overridden);
  switch (id) {
    case NVML_FI_PWR_SMOOTHING_ENABLED: return put_field_uint(field, true, smoothing->enabled);
    case NVML_FI_PWR_SMOOTHING_PRIV_LVL: return put_field_optional(field, smoothing->privilege_level);
    case NVML_FI_PWR_SMOOTHING_IMM_RAMP_DOWN_ENABLED: return put_field_optional(field, smoothing->immediate_ramp_down);
    case NVML_FI_PWR_SMOOTHING_APPLIED_TMP_CEIL: return put_field_uint(field, true, smoothing_applied_ceiling_watts(gpu));
    case NVML_FI_PWR_SMOOTHING_APPLIED_TMP_FLOOR: return put_field_uint(field, true, smoothing_applied_floor_watts(gpu));
    case NVML_FI_PWR_SMOOTHING_MAX_PERCENT_TMP_FLOOR_SETTING: return put_field_optional(field, smoothing->maximum_floor_percent);
    case NVML_FI_PWR_SMOOTHING_MIN_PERCENT_TMP_FLOOR_SETTING: return put_field_optional(field, smoothing->minimum_floor_percent);
    case NVML_FI_PWR_SMOOTHING_HW_CIRCUITRY_PERCENT_LIFETIME_REMAINING: return put_field_optional(field, smoothing->lifetime_percent);
    case NVML_FI_PWR_SMOOTHING_MAX_NUM_PRESET_PROFILES: return put_field_uint(field, true, smoothing->preset_count);
    case NVML_FI_PWR_SMOOTHING_ACTIVE_PRESET_PROFILE: return put_field_uint(field, true, smoothing->active);
    case NVML_FI_PWR_SMOOTHING_PRIMARY_POWER_FLOOR: return put_field_optional(field, smoothing->primary_floor_watts);
    case NVML_FI_PWR_SMOOTHING_SECONDARY_POWER_FLOOR: return put_field_optional(field, smoothing->secondary_floor_watts);
    case NVML_FI_PWR_SMOOTHING_MIN_PRIMARY_FLOOR_ACT_OFFSET: return put_field_optional(field, smoothing->minimum_activation_offset_watts);
    case NVML_FI_PWR_SMOOTHING_MIN_PRIMARY_FLOOR_ACT_POINT: return put_field_optional(field, smoothing->minimum_activation_point_watts);
    case NVML_FI_PWR_SMOOTHING_WINDOW_MULTIPLIER: return put_field_optional(field, smoothing->window_milliseconds);
    case NVML_FI_PWR_SMOOTHING_DELAYED_PWR_SMOOTHING_SUPPORTED: return put_field_optional(field, smoothing->delayed);
    case NVML_FI_PWR_SMOOTHING_SOC_POWER_SMOOTHING_ENABLED: return put_field_optional(field, smoothing->soc_enabled);
    default: return FIELD_OF_ANOTHER;
  }
}
