/* Power: use, limits, source and PowerMizer. */
#include "put.h"

static const struct power_limits *limits_of(const struct call *call) { return &call->gpu->power.limits[POWER_OF_GPU]; }

ANSWER(nvmlDeviceGetPowerManagementMode, nvmlEnableState_t *mode) { return put_switch(mode, call->gpu->power.management); }
ANSWER(nvmlDeviceGetPowerManagementLimit, unsigned int *limit) { return put_u32(limit, limits_of(call)->limit_milliwatts); }
ANSWER(nvmlDeviceGetPowerManagementDefaultLimit, unsigned int *defaultLimit) { return put_u32(defaultLimit, limits_of(call)->default_milliwatts); }
ANSWER(nvmlDeviceGetEnforcedPowerLimit, unsigned int *limit) { return put_u32(limit, power_enforced_limit(call->gpu)); }

ANSWER(nvmlDeviceGetPowerManagementLimitConstraints, unsigned int *minLimit, unsigned int *maxLimit) {
  const nvmlReturn_t status = put_u32(minLimit, limits_of(call)->minimum_milliwatts);
  return status == NVML_SUCCESS ? put_u32(maxLimit, limits_of(call)->maximum_milliwatts) : status;
}

ANSWER(nvmlDeviceSetPowerManagementLimit, unsigned int limit) { return put_setting(power_set_limit(call->machine, call->gpu, POWER_OF_GPU, limit)); }

ANSWER(nvmlDeviceSetPowerManagementLimit_v2, const nvmlPowerValue_v2_t *powerValue) {
  enum { BASE_SCOPE_BRANCH = 610 };
  enum power_scope scope;
  switch (powerValue->powerScope) {
    case NVML_POWER_SCOPE_GPU: scope = POWER_OF_GPU; break;
    case NVML_POWER_SCOPE_MODULE: scope = POWER_OF_MODULE; break;
    case NVML_POWER_SCOPE_MEMORY: return NVML_ERROR_NOT_SUPPORTED;
    case NVML_POWER_SCOPE_GPU_BASE:
      if (call->machine->driver_branch < BASE_SCOPE_BRANCH) return NVML_ERROR_INVALID_ARGUMENT;
      scope = POWER_OF_BASE;
      break;
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
  return put_setting(power_set_limit(call->machine, call->gpu, scope, powerValue->powerValueMw));
}

ANSWER(nvmlDeviceGetPowerUsage, unsigned int *power) {
  *power = live_now(call->machine, call->gpu).power_milliwatts;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetTotalEnergyConsumption, unsigned long long *energy) {
  *energy = power_energy_millijoules(call->machine, call->gpu);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetPowerSource, nvmlPowerSource_t *powerSource) {
  static const nvmlPowerSource_t SOURCE[POWER_SOURCES] = {
      [SOURCE_AC] = NVML_POWER_SOURCE_AC, [SOURCE_BATTERY] = NVML_POWER_SOURCE_BATTERY, [SOURCE_UNDERSIZED] = NVML_POWER_SOURCE_UNDERSIZED};
  *powerSource = SOURCE[call->gpu->power.source];
  return NVML_SUCCESS;
}

static const unsigned int MIZER[MIZER_MODES] = {[MIZER_ADAPTIVE] = NVML_POWER_MIZER_MODE_ADAPTIVE,
                                                [MIZER_MAXIMUM_PERFORMANCE] = NVML_POWER_MIZER_MODE_PREFER_MAXIMUM_PERFORMANCE,
                                                [MIZER_AUTO] = NVML_POWER_MIZER_MODE_AUTO,
                                                [MIZER_CONSISTENT_PERFORMANCE] = NVML_POWER_MIZER_MODE_PREFER_CONSISTENT_PERFORMANCE};

ANSWER(nvmlDeviceGetPowerMizerMode_v1, nvmlDevicePowerMizerModes_v1_t *powerMizerMode) {
  const struct power *power = &call->gpu->power;
  if (power->mizer_mode == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *powerMizerMode = (nvmlDevicePowerMizerModes_v1_t){.currentMode = MIZER[power->mizer_mode]};
  for (unsigned mode = 0; mode < MIZER_MODES; mode++)
    if (power->mizer_modes >> mode & 1) powerMizerMode->supportedPowerMizerModes |= 1u << MIZER[mode];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetPowerMizerMode_v1, const nvmlDevicePowerMizerModes_v1_t *powerMizerMode) {
  uint32_t mode = 0;
  while (mode < MIZER_MODES && MIZER[mode] != powerMizerMode->mode) mode++;
  return put_setting(power_set_mizer_mode(call->gpu, mode));
}
