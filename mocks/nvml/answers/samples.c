/* The recent past of a GPU, oldest first. */
#include "mig.h"
#include "sampling.h"

static unsigned value_of(const struct live *live, nvmlSamplingType_t type) {
  switch (type) {
    case NVML_TOTAL_POWER_SAMPLES: return live->power_milliwatts;
    case NVML_GPU_UTILIZATION_SAMPLES: return live->gpu_percent;
    case NVML_MEMORY_UTILIZATION_SAMPLES: return live->memory_percent;
    case NVML_ENC_UTILIZATION_SAMPLES: return live->encoder_percent;
    case NVML_DEC_UTILIZATION_SAMPLES: return live->decoder_percent;
    case NVML_PROCESSOR_CLK_SAMPLES: return live->clock_mhz[CLOCK_OF_SM];
    case NVML_MEMORY_CLK_SAMPLES: return live->clock_mhz[CLOCK_OF_MEMORY];
    case NVML_JPG_UTILIZATION_SAMPLES: return live->jpeg_percent;
    default: return live->ofa_percent;
  }
}

/* The power of a module with more than the GPU on it, such as a CPU, is not: none of the products is one. Nor is the utilization of a
 * partitioned GPU. */
static bool is_sampled(const struct call *call, nvmlSamplingType_t type) {
  if (type == NVML_TOTAL_POWER_SAMPLES || type == NVML_PROCESSOR_CLK_SAMPLES || type == NVML_MEMORY_CLK_SAMPLES) return true;
  if (type == NVML_MODULE_POWER_SAMPLES || mig_is_on(call) == NVML_SUCCESS) return false;
  return call->gpu->board.architecture >= TURING || (type != NVML_JPG_UTILIZATION_SAMPLES && type != NVML_OFA_UTILIZATION_SAMPLES);
}

ANSWER(nvmlDeviceGetSamples, nvmlSamplingType_t type, unsigned long long lastSeenTimeStamp, nvmlValueType_t *sampleValType, unsigned int *sampleCount, nvmlSample_t *samples) {
  if ((unsigned)type >= NVML_SAMPLINGTYPE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (!is_sampled(call, type)) return NVML_ERROR_NOT_SUPPORTED;
  const uint64_t newest_us = sampled_last_us(call->machine);
  if (newest_us <= lastSeenTimeStamp) return NVML_ERROR_NOT_FOUND;
  const uint64_t newer = (newest_us - lastSeenTimeStamp - 1) / SAMPLING_PERIOD_US + 1;
  const unsigned found = newer < SAMPLES_KEPT ? (unsigned)newer : SAMPLES_KEPT, room = *sampleCount;
  *sampleValType = NVML_VALUE_TYPE_UNSIGNED_INT;
  *sampleCount = found;
  if (!samples) return NVML_SUCCESS;
  /* Who has less room gets the oldest, and asks on from the last of them. */
  if (found > room) *sampleCount = room;
  for (unsigned i = 0; i < *sampleCount; i++) {
    const uint64_t time_us = newest_us - (uint64_t)(found - 1 - i) * SAMPLING_PERIOD_US;
    const struct live live = live_at(call->machine, call->gpu, (int64_t)time_us * 1000);
    samples[i] = (nvmlSample_t){.timeStamp = time_us, .sampleValue.uiVal = value_of(&live, type)};
  }
  return NVML_SUCCESS;
}
