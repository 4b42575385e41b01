/* Memory use and utilization. */
#include "api.h"

ANSWER(nvmlDeviceGetMemoryInfo, nvmlMemory_t *memory) {
  const struct gpu *gpu = call->gpu;
  /* The first version knows no reserved memory and counts it as used. */
  *memory = (nvmlMemory_t){.total = gpu->memory.total_bytes, .used = gpu->memory.used_bytes + gpu->memory.reserved_bytes, .free = gpu->memory.total_bytes - gpu->memory.used_bytes - gpu->memory.reserved_bytes};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMemoryInfo_v2, nvmlMemory_v2_t *memory) {
  const struct gpu *gpu = call->gpu;
  memory->total = gpu->memory.total_bytes;
  memory->reserved = gpu->memory.reserved_bytes;
  memory->used = gpu->memory.used_bytes;
  memory->free = gpu->memory.total_bytes - gpu->memory.used_bytes - gpu->memory.reserved_bytes;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetUtilizationRates, nvmlUtilization_t *utilization) {
  *utilization = (nvmlUtilization_t){.gpu = call->gpu->load.gpu_percent, .memory = call->gpu->load.memory_percent};
  return NVML_SUCCESS;
}
