#include "api.h"

static int answer(const struct gpu *gpu, nvmlPageRetirementCause_t cause, unsigned *count, unsigned long long *addresses, unsigned long long *timestamps) {
  const uint32_t wanted = cause == NVML_PAGE_RETIREMENT_CAUSE_DOUBLE_BIT_ECC_ERROR ? CAUSE_DOUBLE_BIT : CAUSE_MULTIPLE_SINGLE_BIT;
  const unsigned room = *count;
  unsigned found = 0;
  if ((unsigned)cause >= NVML_PAGE_RETIREMENT_CAUSE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu_retires_pages(gpu)) return NVML_ERROR_NOT_SUPPORTED;
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

ANSWER(nvmlDeviceGetRetiredPages, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses) {
  return answer(call->gpu, cause, pageCount, addresses, NULL);
}

ANSWER(nvmlDeviceGetRetiredPages_v2, nvmlPageRetirementCause_t cause, unsigned int *pageCount, unsigned long long *addresses,
                                          unsigned long long *timestamps) {
  return answer(call->gpu, cause, pageCount, addresses, timestamps);
}

ANSWER(nvmlDeviceGetRetiredPagesPendingStatus, nvmlEnableState_t *isPending) {
  if (!gpu_retires_pages(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *isPending = pages_pending(call->gpu) ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}
