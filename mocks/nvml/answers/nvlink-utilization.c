/* The utilization counters, which went with NVLink 3. */
#include "links.h"

enum { LAST_GENERATION = 2, COUNTERS = 2 };

static nvmlReturn_t check(const struct call *call, unsigned link, unsigned counter) {
  struct nvlink_link *found;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status != NVML_SUCCESS) return status;
  if (nvlink_generation(call->gpu) > LAST_GENERATION || link >= NVLINK_UTILIZATION_LINKS) return NVML_ERROR_NOT_SUPPORTED;
  return counter < COUNTERS ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlDeviceSetNvLinkUtilizationControl, unsigned int link, unsigned int counter, const nvmlNvLinkUtilizationControl_t *control, unsigned int reset) {
  const nvmlReturn_t status = check(call, link, counter);
  if (status != NVML_SUCCESS) return status;
  if ((unsigned)control->units >= NVML_NVLINK_COUNTER_UNIT_RESERVED || (unsigned)control->pktfilter > NVML_NVLINK_COUNTER_PKTFILTER_ALL) return NVML_ERROR_INVALID_ARGUMENT;
  nvlink_usage_control(call->gpu, link, counter, (uint8_t)control->units, (uint8_t)control->pktfilter);
  if (reset) nvlink_usage_reset(call->gpu, link, counter);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetNvLinkUtilizationControl, unsigned int link, unsigned int counter, nvmlNvLinkUtilizationControl_t *control) {
  const nvmlReturn_t status = check(call, link, counter);
  if (status != NVML_SUCCESS) return status;
  const struct nvlink_utilization *utilization = &call->gpu->nvlink.utilization[link][counter];
  *control = (nvmlNvLinkUtilizationControl_t){.units = utilization->unit, .pktfilter = utilization->filter};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetNvLinkUtilizationCounter, unsigned int link, unsigned int counter, unsigned long long *rxcounter, unsigned long long *txcounter) {
  const nvmlReturn_t status = check(call, link, counter);
  if (status != NVML_SUCCESS) return status;
  const struct nvlink_usage usage = nvlink_usage(call->gpu, link, counter);
  *rxcounter = usage.received;
  *txcounter = usage.sent;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceFreezeNvLinkUtilizationCounter, unsigned int link, unsigned int counter, nvmlEnableState_t freeze) {
  const nvmlReturn_t status = check(call, link, counter);
  if (status != NVML_SUCCESS) return status;
  if ((unsigned)freeze > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  nvlink_usage_freeze(call->gpu, link, counter, freeze == NVML_FEATURE_ENABLED);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceResetNvLinkUtilizationCounter, unsigned int link, unsigned int counter) {
  const nvmlReturn_t status = check(call, link, counter);
  if (status == NVML_SUCCESS) nvlink_usage_reset(call->gpu, link, counter);
  return status;
}
