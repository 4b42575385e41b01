/* What runs how fast, and what could. */
#include "domain.h"
#include "put.h"

static nvmlReturn_t clock_of(const uint32_t *clocks, nvmlClockType_t type, unsigned int *clock) {
  const enum clock_domain domain = domain_of(type);
  return domain == CLOCK_DOMAINS ? NVML_ERROR_INVALID_ARGUMENT : put_u32(clock, clocks[domain]);
}

/* The shader clock is the graphics clock; the video clock is none that applications have. */
static nvmlReturn_t clock_of_pair(struct clock_pair pair, nvmlClockType_t type, unsigned int *clock) {
  const enum clock_domain domain = domain_of(type);
  if (domain == CLOCK_DOMAINS) return NVML_ERROR_INVALID_ARGUMENT;
  if (domain == CLOCK_OF_VIDEO) return NVML_ERROR_NOT_SUPPORTED;
  return put_u32(clock, domain == CLOCK_OF_MEMORY ? pair.memory_mhz : pair.graphics_mhz);
}

static nvmlReturn_t clock_now(const struct call *call, nvmlClockType_t type, unsigned int *clock) {
  const struct live live = live_now(call->machine, call->gpu);
  return clock_of(live.clock_mhz, type, clock);
}

ANSWER(nvmlDeviceGetClockInfo, nvmlClockType_t type, unsigned int *clock) { return clock_now(call, type, clock); }
ANSWER(nvmlDeviceGetMaxClockInfo, nvmlClockType_t type, unsigned int *clock) { return clock_of(call->gpu->clocks.maximum_mhz, type, clock); }
ANSWER(nvmlDeviceGetMaxCustomerBoostClock, nvmlClockType_t clockType, unsigned int *clockMHz) { return clock_of(call->gpu->clocks.customer_boost_mhz, clockType, clockMHz); }
ANSWER(nvmlDeviceGetApplicationsClock, nvmlClockType_t clockType, unsigned int *clockMHz) { return clock_of_pair(call->gpu->clocks.application, clockType, clockMHz); }
ANSWER(nvmlDeviceGetDefaultApplicationsClock, nvmlClockType_t clockType, unsigned int *clockMHz) {
  return clock_of_pair(call->gpu->clocks.default_application, clockType, clockMHz);
}

ANSWER(nvmlDeviceGetClock, nvmlClockType_t clockType, nvmlClockId_t clockId, unsigned int *clockMHz) {
  switch (clockId) {
    case NVML_CLOCK_ID_CURRENT: return clock_now(call, clockType, clockMHz);
    case NVML_CLOCK_ID_APP_CLOCK_TARGET: return clock_of_pair(call->gpu->clocks.application, clockType, clockMHz);
    case NVML_CLOCK_ID_APP_CLOCK_DEFAULT: return clock_of_pair(call->gpu->clocks.default_application, clockType, clockMHz);
    case NVML_CLOCK_ID_CUSTOMER_BOOST_MAX: return clock_of(call->gpu->clocks.customer_boost_mhz, clockType, clockMHz);
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
}

ANSWER(nvmlDeviceGetSupportedMemoryClocks, unsigned int *count, unsigned int *clocksMHz) {
  const unsigned room = *count, found = memory_clock_count(call->gpu);
  if (found == 0) return NVML_ERROR_NOT_SUPPORTED;
  *count = found;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < found; i++) clocksMHz[i] = call->gpu->clocks.memory_clocks[i].mhz;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetSupportedGraphicsClocks, unsigned int memoryClockMHz, unsigned int *count, unsigned int *clocksMHz) {
  const struct memory_clock *memory = memory_clock_of(call->gpu, memoryClockMHz);
  if (memory_clock_count(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  if (!memory) return NVML_ERROR_NOT_FOUND;
  const unsigned room = *count, found = graphics_clock_count(call->gpu, memory);
  *count = found;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < found; i++) clocksMHz[i] = graphics_clock_at(call->gpu, memory, i);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetAdaptiveClockInfoStatus, unsigned int *adaptiveClockStatus) {
  const uint32_t adaptive = call->gpu->clocks.adaptive;
  return put_u32(adaptiveClockStatus, adaptive == 1 ? NVML_ADAPTIVE_CLOCKING_INFO_STATUS_ENABLED : adaptive == 0 ? NVML_ADAPTIVE_CLOCKING_INFO_STATUS_DISABLED : adaptive);
}

ANSWER(nvmlDeviceGetClkMonStatus, nvmlClkMonStatus_t *status) {
  const struct clocks *clocks = &call->gpu->clocks;
  if (clocks->monitored != 1) return NVML_ERROR_NOT_SUPPORTED;
  *status = (nvmlClkMonStatus_t){0};
  for (unsigned i = 0; i < CLOCK_MONITORS; i++)
    if (clocks->monitors[i].fault_mask != 0)
      status->clkMonList[status->clkMonListSize++] = (nvmlClkMonFaultInfo_t){.clkApiDomain = clocks->monitors[i].domain, .clkDomainFaultMask = clocks->monitors[i].fault_mask};
  status->bGlobalStatus = status->clkMonListSize > 0;
  return NVML_SUCCESS;
}
