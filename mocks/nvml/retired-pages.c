#include "api.h"

static int answer(const struct gpu *gpu, nvmlPageRetirementCause_t cause, unsigned *count, unsigned long long *addresses, unsigned long long *timestamps) {
  const uint32_t wanted = cause == NVML_PAGE_RETIREMENT_CAUSE_DOUBLE_BIT_ECC_ERROR ? CAUSE_DOUBLE_BIT : CAUSE_MULTIPLE_SINGLE_BIT;
  const unsigned room = *count;
  unsigned found = 0;
  if ((unsigned)cause >= NVML_PAGE_RETIREMENT_CAUSE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (gpu->row_remapping) return NVML_ERROR_NOT_SUPPORTED;
  for (uint32_t i = 0; i < gpu->page_count; i++) found += gpu->pages[i].cause == wanted;
  *count = found;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (uint32_t i = 0, at = 0; i < gpu->page_count; i++) {
    if (gpu->pages[i].cause != wanted) continue;
    addresses[at] = gpu->pages[i].address;
    if (timestamps) timestamps[at] = (unsigned long long)(gpu->pages[i].retired_at_ns / 1000000000);
    at++;
  }
  return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetRetiredPages(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses) {
  ENTER_DEVICE(device, OUT_ARRAY(addresses, pageCount));
  return (nvmlReturn_t)leave(&call, answer(call.gpu, cause, pageCount, addresses, NULL));
}

nvmlReturn_t nvmlDeviceGetRetiredPages_v2(nvmlDevice_t device, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses,
                                          unsigned long long *timestamps) {
  ENTER_DEVICE(device, OUT_ARRAY(addresses, pageCount), OUT_ARRAY(timestamps, pageCount));
  return (nvmlReturn_t)leave(&call, answer(call.gpu, cause, pageCount, addresses, timestamps));
}

nvmlReturn_t nvmlDeviceGetRetiredPagesPendingStatus(nvmlDevice_t device, nvmlEnableState_t *isPending) {
  ENTER_DEVICE(device, OUT(isPending));
  if (call.gpu->row_remapping) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  *isPending = pages_pending(call.gpu) ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}
