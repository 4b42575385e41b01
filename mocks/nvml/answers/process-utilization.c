/* What each simulated process made of a GPU when that was last sampled. A process that did nothing leaves no sample, and a partitioned GPU
 * is not sampled. */
#include "mig.h"
#include "sampling.h"

static bool sampled(const struct process *process, uint64_t time_us) {
  const bool worked = process->sm_percent || process->memory_percent || process->encoder_percent || process->decoder_percent || process->jpeg_percent || process->ofa_percent;
  return worked && (uint64_t)process->started_ns / 1000 <= time_us;
}

static unsigned count_samples(const struct call *call, uint64_t time_us) {
  unsigned found = 0;
  FOR_PROCESSES(process, call->machine, call->gpu) found += sampled(process, time_us);
  return found;
}

ANSWER(nvmlDeviceGetProcessUtilization, nvmlProcessUtilizationSample_t *utilization, unsigned int *processSamplesCount, unsigned long long lastSeenTimeStamp) {
  const uint64_t time_us = sampled_last_us(call->machine);
  const unsigned room = *processSamplesCount;
  if (mig_is_on(call) == NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  *processSamplesCount = time_us > lastSeenTimeStamp ? count_samples(call, time_us) : 0;
  if (*processSamplesCount == 0) return NVML_ERROR_NOT_FOUND;
  if (*processSamplesCount > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  FOR_PROCESSES(process, call->machine, call->gpu) {
    if (!sampled(process, time_us)) continue;
    *utilization++ = (nvmlProcessUtilizationSample_t){.pid = process->pid,
                                                      .timeStamp = time_us,
                                                      .smUtil = process->sm_percent,
                                                      .memUtil = process->memory_percent,
                                                      .encUtil = process->encoder_percent,
                                                      .decUtil = process->decoder_percent};
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetProcessesUtilizationInfo, nvmlProcessesUtilizationInfo_v1_t *procesesUtilInfo) {
  const uint64_t time_us = sampled_last_us(call->machine);
  const unsigned room = procesesUtilInfo->processSamplesCount;
  const unsigned found = time_us > procesesUtilInfo->lastSeenTimeStamp ? count_samples(call, time_us) : 0;
  nvmlProcessUtilizationInfo_v1_t *info = procesesUtilInfo->procUtilArray;
  if (mig_is_on(call) == NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  procesesUtilInfo->processSamplesCount = found;
  if (found == 0) return NVML_ERROR_NOT_FOUND;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  FOR_PROCESSES(process, call->machine, call->gpu) {
    if (!sampled(process, time_us)) continue;
    *info++ = (nvmlProcessUtilizationInfo_v1_t){.timeStamp = time_us,
                                                .pid = process->pid,
                                                .smUtil = process->sm_percent,
                                                .memUtil = process->memory_percent,
                                                .encUtil = process->encoder_percent,
                                                .decUtil = process->decoder_percent,
                                                .jpgUtil = process->jpeg_percent,
                                                .ofaUtil = process->ofa_percent};
  }
  return NVML_SUCCESS;
}
