/* Power smoothing: state, presets and their parameters. */
#include "put.h"

/* What one of NVML's units is of the machine's. */
static const struct {
  enum smoothing_parameter parameter;
  double factor;
} PARAMETERS[NVML_POWER_SMOOTHING_NUM_PROFILE_PARAMS] = {
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_PERCENT_TMP_FLOOR] = {SMOOTHING_FLOOR_PERCENT, 1},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_RAMP_UP_RATE] = {SMOOTHING_RAMP_UP, 1000},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_RAMP_DOWN_RATE] = {SMOOTHING_RAMP_DOWN, 1000},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_RAMP_DOWN_HYSTERESIS] = {SMOOTHING_RAMP_DOWN_HYSTERESIS, 1},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_SECONDARY_POWER_FLOOR] = {SMOOTHING_SECONDARY_FLOOR, 1},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_PRIMARY_FLOOR_ACT_WIN_MULT] = {SMOOTHING_ACTIVATION_WINDOW, 1},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_PRIMARY_FLOOR_TAR_WIN_MULT] = {SMOOTHING_TARGET_WINDOW, 1},
    [NVML_POWER_SMOOTHING_PROFILE_PARAM_PRIMARY_FLOOR_ACT_OFFSET] = {SMOOTHING_ACTIVATION_OFFSET, 1},
};

/* Delayed smoothing came later, with the parameters from the secondary floor on. */
static unsigned parameters_of_driver(const struct call *call) {
  enum { DELAYED_SMOOTHING_BRANCH = 590 };
  return call->machine->driver_branch >= DELAYED_SMOOTHING_BRANCH ? NVML_POWER_SMOOTHING_NUM_PROFILE_PARAMS : NVML_POWER_SMOOTHING_PROFILE_PARAM_SECONDARY_POWER_FLOOR;
}

ANSWER(nvmlDevicePowerSmoothingSetState, const nvmlPowerSmoothingState_v1_t *state) {
  if ((unsigned)state->state > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  return put_setting(smoothing_enable(call->gpu, state->state == NVML_FEATURE_ENABLED));
}

ANSWER(nvmlDevicePowerSmoothingActivatePresetProfile, const nvmlPowerSmoothingProfile_v1_t *profile) { return put_setting(smoothing_activate(call->gpu, profile->profileId)); }

ANSWER(nvmlDevicePowerSmoothingUpdatePresetProfileParam, const nvmlPowerSmoothingProfile_v1_t *profile) {
  if (!power_has_smoothing(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  if (profile->paramId >= parameters_of_driver(call)) return NVML_ERROR_INVALID_ARGUMENT;
  const double value = profile->value * PARAMETERS[profile->paramId].factor, most = UNSUPPORTED_U32 - 1;
  /* Written so that what is not a number is refused too. */
  if (!(value >= 0 && value <= most)) return NVML_ERROR_INVALID_ARGUMENT;
  return put_setting(smoothing_set(call->gpu, profile->profileId, PARAMETERS[profile->paramId].parameter, (uint32_t)(value + 0.5)));
}
