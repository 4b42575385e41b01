/* Performance states and the offsets of their clocks. */
#include "domain.h"
#include "put.h"

static nvmlReturn_t state_now(const struct call *call, nvmlPstates_t *pState) {
  const struct live live = live_now(call->machine, call->gpu);
  if (performance_state_count(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  *pState = (nvmlPstates_t)performance_state_now(call->gpu, &live);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetPerformanceState, nvmlPstates_t *pState) { return state_now(call, pState); }
ANSWER(nvmlDeviceGetPowerState, nvmlPstates_t *pState) { return state_now(call, pState); }

ANSWER(nvmlDeviceGetSupportedPerformanceStates, nvmlPstates_t *pstates, unsigned int size) {
  enum { MOST = 16 }; /* the list never gets longer, whatever the room */
  const unsigned count = performance_state_count(call->gpu), room = size / sizeof *pstates;
  if (count == 0) return NVML_ERROR_NOT_SUPPORTED;
  if (count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < room && i < MOST; i++) pstates[i] = i < count ? (nvmlPstates_t)call->gpu->clocks.states[i].number : NVML_PSTATE_UNKNOWN;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMinMaxClockOfPState, nvmlClockType_t type, nvmlPstates_t pstate, unsigned int *minClockMHz, unsigned int *maxClockMHz) {
  const enum clock_domain domain = domain_of(type);
  const struct performance_state *state = performance_state_of(call->gpu, (uint32_t)pstate);
  if (performance_state_count(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  if (domain == CLOCK_DOMAINS || !state) return NVML_ERROR_INVALID_ARGUMENT;
  const struct clock_range range = performance_state_range(state, domain);
  *minClockMHz = range.minimum_mhz;
  *maxClockMHz = range.maximum_mhz;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetDynamicPstatesInfo, nvmlGpuDynamicPstatesInfo_t *pDynamicPstatesInfo) {
  enum { GRAPHICS_ENGINE, FRAME_BUFFER, VIDEO_ENGINE, BUS };
  const struct live live = live_now(call->machine, call->gpu);
  *pDynamicPstatesInfo = (nvmlGpuDynamicPstatesInfo_t){0};
  for (unsigned domain = GRAPHICS_ENGINE; domain <= BUS; domain++) pDynamicPstatesInfo->utilization[domain].bIsPresent = 1;
  pDynamicPstatesInfo->utilization[GRAPHICS_ENGINE].percentage = live.gpu_percent;
  pDynamicPstatesInfo->utilization[FRAME_BUFFER].percentage = live.memory_percent;
  pDynamicPstatesInfo->utilization[VIDEO_ENGINE].percentage = live.encoder_percent > live.decoder_percent ? live.encoder_percent : live.decoder_percent;
  return NVML_SUCCESS;
}

static struct offset_range offsets_of(const struct call *call, enum clock_domain domain) {
  return domain == CLOCK_OF_MEMORY ? call->gpu->clocks.memory_offsets : call->gpu->clocks.graphics_offsets;
}

/* The functions of before per-state offsets read the fastest state, and set all. */
static nvmlReturn_t offset_of_fastest(const struct call *call, enum clock_domain domain, int *offset) {
  if (offsets_of(call, domain).minimum_mhz == UNSUPPORTED_I32 || performance_state_count(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  *offset = performance_state_offset(&call->gpu->clocks.states[0], domain);
  return NVML_SUCCESS;
}

static nvmlReturn_t offset_limits(const struct call *call, enum clock_domain domain, int *minOffset, int *maxOffset) {
  const nvmlReturn_t status = put_i32(minOffset, offsets_of(call, domain).minimum_mhz);
  return status == NVML_SUCCESS ? put_i32(maxOffset, offsets_of(call, domain).maximum_mhz) : status;
}

ANSWER(nvmlDeviceGetGpcClkVfOffset, int *offset) { return offset_of_fastest(call, CLOCK_OF_GRAPHICS, offset); }
ANSWER(nvmlDeviceGetMemClkVfOffset, int *offset) { return offset_of_fastest(call, CLOCK_OF_MEMORY, offset); }
ANSWER(nvmlDeviceGetGpcClkMinMaxVfOffset, int *minOffset, int *maxOffset) { return offset_limits(call, CLOCK_OF_GRAPHICS, minOffset, maxOffset); }
ANSWER(nvmlDeviceGetMemClkMinMaxVfOffset, int *minOffset, int *maxOffset) { return offset_limits(call, CLOCK_OF_MEMORY, minOffset, maxOffset); }

ANSWER(nvmlDeviceSetGpcClkVfOffset, int offset) {
  return put_setting(clocks_set_offset(call->machine, call->gpu, CLOCK_OF_GRAPHICS, PERFORMANCE_STATE_UNKNOWN, offset));
}

ANSWER(nvmlDeviceSetMemClkVfOffset, int offset) {
  return put_setting(clocks_set_offset(call->machine, call->gpu, CLOCK_OF_MEMORY, PERFORMANCE_STATE_UNKNOWN, offset));
}

/* Offsets are those of the graphics and of the memory clock. */
static nvmlReturn_t check_offset(const struct call *call, const nvmlClockOffset_v1_t *info) {
  const enum clock_domain domain = domain_of(info->type);
  if (domain == CLOCK_DOMAINS || (unsigned)info->pstate > NVML_PSTATE_15) return NVML_ERROR_INVALID_ARGUMENT;
  if ((domain != CLOCK_OF_GRAPHICS && domain != CLOCK_OF_MEMORY) || offsets_of(call, domain).minimum_mhz == UNSUPPORTED_I32) return NVML_ERROR_NOT_SUPPORTED;
  return performance_state_of(call->gpu, (uint32_t)info->pstate) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlDeviceGetClockOffsets, nvmlClockOffset_v1_t *info) {
  const nvmlReturn_t status = check_offset(call, info);
  if (status != NVML_SUCCESS) return status;
  const enum clock_domain domain = domain_of(info->type);
  info->clockOffsetMHz = performance_state_offset(performance_state_of(call->gpu, (uint32_t)info->pstate), domain);
  return offset_limits(call, domain, &info->minClockOffsetMHz, &info->maxClockOffsetMHz);
}

ANSWER(nvmlDeviceSetClockOffsets, const nvmlClockOffset_v1_t *info) {
  const nvmlReturn_t status = check_offset(call, info);
  if (status != NVML_SUCCESS) return status;
  return put_setting(clocks_set_offset(call->machine, call->gpu, domain_of(info->type), (uint32_t)info->pstate, info->clockOffsetMHz));
}
