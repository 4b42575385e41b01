#include "api.h"

static nvmlReturn_t clock_of(const uint32_t *clocks, nvmlClockType_t type, unsigned int *clock) {
  static const enum clock_domain DOMAIN[] = {
      [NVML_CLOCK_GRAPHICS] = CLOCK_OF_GRAPHICS, [NVML_CLOCK_SM] = CLOCK_OF_SM, [NVML_CLOCK_MEM] = CLOCK_OF_MEMORY, [NVML_CLOCK_VIDEO] = CLOCK_OF_VIDEO};
  if ((unsigned)type >= NVML_CLOCK_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  *clock = clocks[DOMAIN[type]];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetClockInfo, nvmlClockType_t type, unsigned int *clock) {
  const struct live live = live_now(call->machine, call->gpu);
  return clock_of(live.clock_mhz, type, clock);
}

ANSWER(nvmlDeviceGetMaxClockInfo, nvmlClockType_t type, unsigned int *clock) { return clock_of(call->gpu->clocks.maximum_mhz, type, clock); }
