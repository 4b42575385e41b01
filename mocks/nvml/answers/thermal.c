/* Temperatures. */
#include "api.h"

ANSWER(nvmlDeviceGetTemperature, nvmlTemperatureSensors_t sensorType, unsigned int *temp) {
  if ((unsigned)sensorType >= NVML_TEMPERATURE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  *temp = live_now(call->machine, call->gpu).gpu_celsius;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetTemperatureV, nvmlTemperature_v1_t *temperature) {
  if ((unsigned)temperature->sensorType >= NVML_TEMPERATURE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  temperature->temperature = (int)live_now(call->machine, call->gpu).gpu_celsius;
  return NVML_SUCCESS;
}
