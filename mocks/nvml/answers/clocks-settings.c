/* Locking clocks, setting them for applications, and boost. */
#include "put.h"

static bool is_symbol(unsigned int mhz) { return mhz > (unsigned)NVML_CLOCK_LIMIT_ID_RANGE_START; }

/* Instead of frequencies both ends may be symbols: the base clock (TDP), or no end at all. */
static bool range_of_symbols(const struct gpu *gpu, unsigned int minimum, unsigned int maximum, struct clock_range *range) {
  const unsigned tdp = NVML_CLOCK_LIMIT_ID_TDP, unlimited = NVML_CLOCK_LIMIT_ID_UNLIMITED;
  if ((minimum != tdp && minimum != unlimited) || (maximum != tdp && maximum != unlimited)) return false;
  const struct clocks *clocks = &gpu->clocks;
  *range = (struct clock_range){.minimum_mhz = minimum == tdp ? clocks->base_graphics_mhz : 0,
                                .maximum_mhz = maximum == tdp ? clocks->base_graphics_mhz : clocks->maximum_mhz[CLOCK_OF_GRAPHICS]};
  if (minimum == unlimited && maximum == unlimited) *range = (struct clock_range){0};
  return true;
}

ANSWER(nvmlDeviceSetGpuLockedClocks, unsigned int minGpuClockMHz, unsigned int maxGpuClockMHz) {
  struct clock_range range = {minGpuClockMHz, maxGpuClockMHz};
  if (is_symbol(minGpuClockMHz) || is_symbol(maxGpuClockMHz)) {
    if (!range_of_symbols(call->gpu, minGpuClockMHz, maxGpuClockMHz, &range)) return NVML_ERROR_INVALID_ARGUMENT;
  } else if (maxGpuClockMHz == 0) {
    return NVML_ERROR_INVALID_ARGUMENT;
  }
  return put_setting(clocks_lock_graphics(call->machine, call->gpu, range));
}

ANSWER(nvmlDeviceResetGpuLockedClocks) { return put_setting(clocks_lock_graphics(call->machine, call->gpu, (struct clock_range){0})); }

ANSWER(nvmlDeviceSetMemoryLockedClocks, unsigned int minMemClockMHz, unsigned int maxMemClockMHz) {
  if (maxMemClockMHz == 0) return NVML_ERROR_INVALID_ARGUMENT;
  return put_setting(clocks_lock_memory(call->machine, call->gpu, (struct clock_range){minMemClockMHz, maxMemClockMHz}));
}

ANSWER(nvmlDeviceResetMemoryLockedClocks) { return put_setting(clocks_lock_memory(call->machine, call->gpu, (struct clock_range){0})); }

ANSWER(nvmlDeviceSetApplicationsClocks, unsigned int memClockMHz, unsigned int graphicsClockMHz) {
  return put_setting(clocks_set_application(call->machine, call->gpu, (struct clock_pair){.graphics_mhz = graphicsClockMHz, .memory_mhz = memClockMHz}));
}

ANSWER(nvmlDeviceResetApplicationsClocks) { return put_setting(clocks_set_application(call->machine, call->gpu, call->gpu->clocks.default_application)); }

ANSWER(nvmlDeviceGetAutoBoostedClocksEnabled, nvmlEnableState_t *isEnabled, nvmlEnableState_t *defaultIsEnabled) {
  const nvmlReturn_t status = put_switch(isEnabled, call->gpu->clocks.auto_boost);
  return status == NVML_SUCCESS ? put_switch(defaultIsEnabled, call->gpu->clocks.default_auto_boost) : status;
}

static nvmlReturn_t set_auto_boost(struct call *call, nvmlEnableState_t enabled, bool by_default) {
  if ((unsigned)enabled > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  return put_setting(clocks_set_auto_boost(call->gpu, enabled == NVML_FEATURE_ENABLED, by_default));
}

ANSWER(nvmlDeviceSetAutoBoostedClocksEnabled, nvmlEnableState_t enabled) { return set_auto_boost(call, enabled, false); }

ANSWER(nvmlDeviceSetDefaultAutoBoostedClocksEnabled, nvmlEnableState_t enabled, unsigned int flags) {
  (void)flags; /* documented as unused */
  return set_auto_boost(call, enabled, true);
}
