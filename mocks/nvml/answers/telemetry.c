/* Memory use and utilization. */
#include "api.h"
#include "mig.h"

ANSWER(nvmlDeviceGetMemoryInfo, nvmlMemory_t *memory) {
  if (call->mig_device) return mig_put_memory(call, memory);
  const struct gpu *gpu = call->gpu;
  const uint64_t used = live_used_bytes(call->machine, gpu);
  /* The first version knows no reserved memory and counts it as used. */
  *memory = (nvmlMemory_t){.total = gpu->memory.total_bytes, .used = used + gpu->memory.reserved_bytes, .free = gpu->memory.total_bytes - used - gpu->memory.reserved_bytes};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMemoryInfo_v2, nvmlMemory_v2_t *memory) {
  if (call->mig_device) return mig_put_memory_v2(call, memory);
  const struct gpu *gpu = call->gpu;
  const uint64_t used = live_used_bytes(call->machine, gpu);
  memory->total = gpu->memory.total_bytes;
  memory->reserved = gpu->memory.reserved_bytes;
  memory->used = used;
  memory->free = gpu->memory.total_bytes - used - gpu->memory.reserved_bytes;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetUtilizationRates, nvmlUtilization_t *utilization) {
  const struct live live = live_now(call->machine, call->gpu);
  *utilization = (nvmlUtilization_t){.gpu = live.gpu_percent, .memory = live.memory_percent};
  return NVML_SUCCESS;
}
