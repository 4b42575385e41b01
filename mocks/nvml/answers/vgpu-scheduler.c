/* Who of a GPU's vGPUs, or of a GPU instance's, runs when. The newer structs name the engine, of which only graphics has a choice. */
#include <string.h>
#include "vgpu.h"

enum { MOST_ENTRIES = sizeof ((nvmlVgpuSchedulerLog_t *)0)->logEntries / sizeof *((nvmlVgpuSchedulerLog_t *)0)->logEntries };

/* Of what is asked: the GPU, or one of its GPU instances. */
struct scheduled {
  struct vgpu_region region;
  struct vgpu_scheduler *scheduler;
};

static struct scheduled of_gpu(const struct call *call) { return (struct scheduled){.region = vgpu_whole(call->gpu), .scheduler = &call->gpu->vgpu.scheduler}; }

static struct scheduled of_gpu_instance(const struct call *call) {
  return (struct scheduled){.region = vgpu_region_of(call), .scheduler = &vgpu_choices_of(call->gpu, call->gpu_instance)->scheduler};
}

static bool is_engine(unsigned engine) { return engine >= NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS && engine <= NVML_VGPU_SCHEDULER_ENGINE_TYPE_NVENC0; }

static nvmlReturn_t can_tell(bool supported, unsigned engine) {
  if (!is_engine(engine)) return NVML_ERROR_INVALID_ARGUMENT;
  return supported ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

/* As an engine has it; without a vGPU that runs nothing is scheduled, and there are no parameters. */
static struct vgpu_scheduler now(const struct call *call, const struct scheduled *scheduled, unsigned engine) {
  struct vgpu_scheduler scheduler = engine == NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS ? *scheduled->scheduler : scheduler_default();
  if (!vgpus_run_in(call->machine, &scheduled->region)) scheduler.average_factor = scheduler.timeslice_ns = 0;
  return scheduler;
}

/* The older structs. */
#define PUT_POLICY(out, of_engine)                                                         \
  do {                                                                                     \
    const struct vgpu_scheduler scheduler = (of_engine);                                   \
    (out)->schedulerPolicy = scheduler.policy;                                             \
    (out)->arrMode = scheduler.arr;                                                        \
    memset(&(out)->schedulerParams, 0, sizeof (out)->schedulerParams);                     \
    if (scheduler.arr == ARR_ENABLED) {                                                    \
      (out)->schedulerParams.vgpuSchedDataWithARR.avgFactor = scheduler.average_factor;    \
      (out)->schedulerParams.vgpuSchedDataWithARR.timeslice = scheduler.timeslice_ns;      \
    } else {                                                                               \
      (out)->schedulerParams.vgpuSchedData.timeslice = scheduler.timeslice_ns;             \
    }                                                                                      \
  } while (0)
#define PUT_POLICY_V2(out, of_engine)                    \
  do {                                                   \
    const struct vgpu_scheduler scheduler = (of_engine); \
    (out)->schedulerPolicy = scheduler.policy;           \
    (out)->avgFactor = scheduler.average_factor;         \
    (out)->timeslice = scheduler.timeslice_ns;           \
  } while (0)

ANSWER(nvmlDeviceGetVgpuSchedulerState, nvmlVgpuSchedulerGetState_t *pSchedulerState) {
  const struct scheduled scheduled = of_gpu(call);
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  PUT_POLICY(pSchedulerState, now(call, &scheduled, NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS));
  return NVML_SUCCESS;
}

ANSWER(nvmlGpuInstanceGetVgpuSchedulerState, nvmlVgpuSchedulerStateInfo_v1_t *pSchedulerStateInfo) {
  const struct scheduled scheduled = of_gpu_instance(call);
  const nvmlReturn_t status = can_tell(vgpu_slices_instances(call), pSchedulerStateInfo->engineId);
  if (status == NVML_SUCCESS) PUT_POLICY(pSchedulerStateInfo, now(call, &scheduled, pSchedulerStateInfo->engineId));
  return status;
}

static nvmlReturn_t put_state_v2(const struct call *call, const struct scheduled *scheduled, bool supported, nvmlVgpuSchedulerStateInfo_v2_t *out) {
  const nvmlReturn_t status = can_tell(supported, out->engineId);
  if (status == NVML_SUCCESS) PUT_POLICY_V2(out, now(call, scheduled, out->engineId));
  return status;
}

ANSWER(nvmlDeviceGetVgpuSchedulerState_v2, nvmlVgpuSchedulerStateInfo_v2_t *pSchedulerStateInfo) {
  const struct scheduled scheduled = of_gpu(call);
  return put_state_v2(call, &scheduled, vgpu_is_host(call), pSchedulerStateInfo);
}
ANSWER(nvmlGpuInstanceGetVgpuSchedulerState_v2, nvmlVgpuSchedulerStateInfo_v2_t *pSchedulerStateInfo) {
  const struct scheduled scheduled = of_gpu_instance(call);
  return put_state_v2(call, &scheduled, vgpu_slices_instances(call), pSchedulerStateInfo);
}

static nvmlReturn_t choose(const struct call *call, const struct scheduled *scheduled, bool supported, unsigned engine, const struct scheduler_wish *wish) {
  if (!is_engine(engine)) return NVML_ERROR_INVALID_ARGUMENT;
  if (!supported || engine != NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS || vgpus_run_in(call->machine, &scheduled->region)) return NVML_ERROR_NOT_SUPPORTED;
  return scheduler_set(&call->gpu->vgpu.scheduler_limits, wish, scheduled->scheduler) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

/* Which parameters count depends on the mode. */
static struct scheduler_wish wish_of(unsigned policy, unsigned arr, const nvmlVgpuSchedulerSetParams_t *params) {
  struct scheduler_wish wish = {.policy = policy, .arr = arr};
  if (arr == NVML_VGPU_SCHEDULER_ARR_ENABLE) {
    wish.average_factor = params->vgpuSchedDataWithARR.avgFactor;
    wish.frequency_hz = params->vgpuSchedDataWithARR.frequency;
  } else if (arr == NVML_VGPU_SCHEDULER_ARR_DISABLE) {
    wish.timeslice_ns = params->vgpuSchedData.timeslice;
  }
  return wish;
}

ANSWER(nvmlDeviceSetVgpuSchedulerState, const nvmlVgpuSchedulerSetState_t *pSchedulerState) {
  const struct scheduled scheduled = of_gpu(call);
  const struct scheduler_wish wish = wish_of(pSchedulerState->schedulerPolicy, pSchedulerState->enableARRMode, &pSchedulerState->schedulerParams);
  return choose(call, &scheduled, vgpu_is_host(call), NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS, &wish);
}

ANSWER(nvmlGpuInstanceSetVgpuSchedulerState, const nvmlVgpuSchedulerState_v1_t *pScheduler) {
  const struct scheduled scheduled = of_gpu_instance(call);
  const struct scheduler_wish wish = wish_of(pScheduler->schedulerPolicy, pScheduler->enableARRMode, &pScheduler->schedulerParams);
  return choose(call, &scheduled, vgpu_slices_instances(call), pScheduler->engineId, &wish);
}

static nvmlReturn_t choose_v2(const struct call *call, const struct scheduled *scheduled, bool supported, const nvmlVgpuSchedulerState_v2_t *state) {
  const struct scheduler_wish wish = {.policy = state->schedulerPolicy, .arr = ARR_DEFAULT, .average_factor = state->avgFactor, .frequency_hz = state->frequency};
  return choose(call, scheduled, supported, state->engineId, &wish);
}

ANSWER(nvmlDeviceSetVgpuSchedulerState_v2, const nvmlVgpuSchedulerState_v2_t *pSchedulerState) {
  const struct scheduled scheduled = of_gpu(call);
  return choose_v2(call, &scheduled, vgpu_is_host(call), pSchedulerState);
}
ANSWER(nvmlGpuInstanceSetVgpuSchedulerState_v2, const nvmlVgpuSchedulerState_v2_t *pSchedulerState) {
  const struct scheduled scheduled = of_gpu_instance(call);
  return choose_v2(call, &scheduled, vgpu_slices_instances(call), pSchedulerState);
}

ANSWER(nvmlDeviceGetVgpuSchedulerCapabilities, nvmlVgpuSchedulerCapabilities_t *pCapabilities) {
  const struct vgpu_scheduler_limits *limits = &call->gpu->vgpu.scheduler_limits;
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  *pCapabilities = (nvmlVgpuSchedulerCapabilities_t){
      .supportedSchedulers = {NVML_VGPU_SCHEDULER_POLICY_BEST_EFFORT, NVML_VGPU_SCHEDULER_POLICY_EQUAL_SHARE, NVML_VGPU_SCHEDULER_POLICY_FIXED_SHARE},
      .maxTimeslice = limits->timeslice_most_ns,
      .minTimeslice = limits->timeslice_least_ns,
      .isArrModeSupported = limits->arr,
      .maxFrequencyForARR = limits->frequency_most_hz,
      .minFrequencyForARR = limits->frequency_least_hz,
      .maxAvgFactorForARR = limits->average_factor_most,
      .minAvgFactorForARR = limits->average_factor_least};
  return NVML_SUCCESS;
}

/* Only graphics is scheduled by software; the log of another engine is empty. */
static unsigned slices(const struct call *call, const struct scheduled *scheduled, unsigned engine, struct scheduler_entry out[MOST_ENTRIES]) {
  if (engine != NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS) return 0;
  return scheduler_log(call->machine, call->gpu, scheduled->region.gpu_instance_id, scheduled->scheduler, out, MOST_ENTRIES);
}

#define PUT_LOG(out)                                                                                       \
  do {                                                                                                     \
    struct scheduler_entry entries[MOST_ENTRIES];                                     \
    (out)->entriesCount = slices(call, &scheduled, (out)->engineId, entries);                              \
    memset((out)->logEntries, 0, sizeof (out)->logEntries);                                                \
    for (unsigned i = 0; i < (out)->entriesCount; i++) {                                                   \
      (out)->logEntries[i].timestamp = entries[i].time_ns;                                                 \
      (out)->logEntries[i].timeRun = entries[i].run_ns;                                                    \
      (out)->logEntries[i].timeRunTotal = entries[i].run_total_ns;                                         \
      (out)->logEntries[i].swRunlistId = entries[i].runlist;                                               \
      (out)->logEntries[i].targetTimeSlice = entries[i].timeslice_ns;                                      \
    }                                                                                                      \
  } while (0)

ANSWER(nvmlDeviceGetVgpuSchedulerLog, nvmlVgpuSchedulerLog_t *pSchedulerLog) {
  const struct scheduled scheduled = of_gpu(call);
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  pSchedulerLog->engineId = NVML_VGPU_SCHEDULER_ENGINE_TYPE_GRAPHICS;
  PUT_POLICY(pSchedulerLog, now(call, &scheduled, pSchedulerLog->engineId));
  PUT_LOG(pSchedulerLog);
  return NVML_SUCCESS;
}

ANSWER(nvmlGpuInstanceGetVgpuSchedulerLog, nvmlVgpuSchedulerLogInfo_v1_t *pSchedulerLogInfo) {
  const struct scheduled scheduled = of_gpu_instance(call);
  const nvmlReturn_t status = can_tell(vgpu_slices_instances(call), pSchedulerLogInfo->engineId);
  if (status != NVML_SUCCESS) return status;
  PUT_POLICY(pSchedulerLogInfo, now(call, &scheduled, pSchedulerLogInfo->engineId));
  PUT_LOG(pSchedulerLogInfo);
  return NVML_SUCCESS;
}

static nvmlReturn_t put_log_v2(const struct call *call, struct scheduled scheduled, bool supported, nvmlVgpuSchedulerLogInfo_v2_t *out) {
  enum { EQUAL_WEIGHT = 1 };
  const nvmlReturn_t status = can_tell(supported, out->engineId);
  if (status != NVML_SUCCESS) return status;
  PUT_POLICY_V2(out, now(call, &scheduled, out->engineId));
  PUT_LOG(out);
  for (unsigned i = 0; i < out->entriesCount; i++) out->logEntries[i].weight = EQUAL_WEIGHT;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetVgpuSchedulerLog_v2, nvmlVgpuSchedulerLogInfo_v2_t *pSchedulerLogInfo) {
  return put_log_v2(call, of_gpu(call), vgpu_is_host(call), pSchedulerLogInfo);
}
ANSWER(nvmlGpuInstanceGetVgpuSchedulerLog_v2, nvmlVgpuSchedulerLogInfo_v2_t *pSchedulerLogInfo) {
  return put_log_v2(call, of_gpu_instance(call), vgpu_slices_instances(call), pSchedulerLogInfo);
}
