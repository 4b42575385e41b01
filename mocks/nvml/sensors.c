/* Memory use, temperature, power, utilization, clocks. */
#include "api.h"

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  ENTER_DEVICE(device, OUT(memory));
  const struct gpu *gpu = call.gpu;
  /* The first version knows no reserved memory and counts it as used. */
  *memory = (nvmlMemory_t){.total = gpu->memory_bytes, .used = gpu->used_bytes + gpu->reserved_bytes, .free = gpu->memory_bytes - gpu->used_bytes - gpu->reserved_bytes};
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMemoryInfo_v2(nvmlDevice_t device, nvmlMemory_v2_t *memory) {
  ENTER_DEVICE(device, OUT(memory));
  if (memory->version != nvmlMemory_v2) return (nvmlReturn_t)leave(&call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  const struct gpu *gpu = call.gpu;
  memory->total = gpu->memory_bytes;
  memory->reserved = gpu->reserved_bytes;
  memory->used = gpu->used_bytes;
  memory->free = gpu->memory_bytes - gpu->used_bytes - gpu->reserved_bytes;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t device, nvmlTemperatureSensors_t sensorType, unsigned int *temp) {
  ENTER_DEVICE(device, OUT(temp));
  if ((unsigned)sensorType >= NVML_TEMPERATURE_COUNT) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  *temp = call.gpu->temperature_celsius;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetTemperatureV(nvmlDevice_t device, nvmlTemperature_v1_t *temperature) {
  ENTER_DEVICE(device, OUT(temperature));
  if (temperature->version != nvmlTemperature_v1) return (nvmlReturn_t)leave(&call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  if ((unsigned)temperature->sensorType >= NVML_TEMPERATURE_COUNT) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  temperature->temperature = (int)call.gpu->temperature_celsius;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t device, unsigned int *power) {
  ENTER_DEVICE(device, OUT(power));
  *power = call.gpu->power_milliwatts;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t device, nvmlUtilization_t *utilization) {
  ENTER_DEVICE(device, OUT(utilization));
  *utilization = (nvmlUtilization_t){.gpu = call.gpu->gpu_percent, .memory = call.gpu->memory_percent};
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

static nvmlReturn_t clock_of(const char *function, nvmlDevice_t device, nvmlClockType_t type, bool highest, unsigned int *clock) {
  static const enum clock_domain DOMAIN[] = {
      [NVML_CLOCK_GRAPHICS] = CLOCK_OF_GRAPHICS, [NVML_CLOCK_SM] = CLOCK_OF_SM, [NVML_CLOCK_MEM] = CLOCK_OF_MEMORY, [NVML_CLOCK_VIDEO] = CLOCK_OF_VIDEO};
  struct call call;
  if (!enter_device(&call, function, device, OUTPUTS(OUT(clock)))) return (nvmlReturn_t)call.status;
  if ((unsigned)type >= NVML_CLOCK_COUNT) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  *clock = (highest ? call.gpu->max_clock_mhz : call.gpu->clock_mhz)[DOMAIN[type]];
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock) { return clock_of(__func__, device, type, false, clock); }
nvmlReturn_t nvmlDeviceGetMaxClockInfo(nvmlDevice_t device, nvmlClockType_t type, unsigned int *clock) { return clock_of(__func__, device, type, true, clock); }
