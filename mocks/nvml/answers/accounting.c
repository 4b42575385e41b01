/* Accounting, of simulated processes: real clients only look, and who only looks is not accounted for. */
#include "mig.h"
#include "put.h"

static bool is_supported(const struct gpu *gpu) { return gpu->accounting.mode != UNSUPPORTED_U32; }
static bool is_on(const struct gpu *gpu) { return gpu->accounting.mode == 1; }

ANSWER(nvmlDeviceGetAccountingMode, nvmlEnableState_t *mode) { return put_switch(mode, call->gpu->accounting.mode); }

ANSWER(nvmlDeviceSetAccountingMode, nvmlEnableState_t mode) {
  if ((unsigned)mode > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (!is_supported(call->gpu) || mig_is_on(call) == NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  accounting_set_mode(call->gpu, mode == NVML_FEATURE_ENABLED);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetAccountingBufferSize, unsigned int *bufferSize) {
  if (!is_supported(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *bufferSize = ACCOUNTED_MAX;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetAccountingPids, unsigned int *count, unsigned int *pids) {
  const struct accounting *accounting = &call->gpu->accounting;
  const unsigned room = *count;
  if (!is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *count = accounting->count;
  if (accounting->count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (uint32_t i = 0; i < accounting->count; i++) pids[i] = accounting->entries[i].pid;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceClearAccountingPids) {
  if (!is_supported(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  accounting_forget_ended(call->gpu);
  return NVML_SUCCESS;
}

/* All of it; the first version shows part. How long it ran is told when it has ended. */
static nvmlReturn_t stats_of(const struct call *call, unsigned pid, nvmlAccountingStats_v2_t *stats) {
  if (!is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  const struct accounted *accounted = accounting_of(call->machine, call->gpu, pid);
  if (!accounted) return NVML_ERROR_NOT_FOUND;
  *stats = (nvmlAccountingStats_v2_t){.pid = pid,
                                      .isRunning = accounted->running,
                                      .gpuUtilization = (unsigned)(accounted->sum_sm_percent / accounted->samples),
                                      .memoryUtilization = (unsigned)(accounted->sum_memory_percent / accounted->samples),
                                      .maxMemoryUsage = accounted->most_memory_bytes,
                                      .sampleCount = (unsigned)accounted->samples,
                                      .sumGpuUtil = accounted->sum_sm_percent,
                                      .sumFbUtil = accounted->sum_memory_percent,
                                      .time = accounted->running ? 0 : (unsigned long long)(accounted->ended_ns - accounted->started_ns) / 1000000,
                                      .startTime = (unsigned long long)accounted->started_ns / 1000};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetAccountingStats, unsigned int pid, nvmlAccountingStats_t *stats) {
  nvmlAccountingStats_v2_t all;
  const nvmlReturn_t status = stats_of(call, pid, &all);
  if (status != NVML_SUCCESS) return status;
  *stats = (nvmlAccountingStats_t){.gpuUtilization = all.gpuUtilization,
                                   .memoryUtilization = all.memoryUtilization,
                                   .maxMemoryUsage = all.maxMemoryUsage,
                                   .time = all.time,
                                   .startTime = all.startTime,
                                   .isRunning = all.isRunning};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetAccountingStats_v2, nvmlAccountingStats_v2_t *stats) { return stats_of(call, stats->pid, stats); }
