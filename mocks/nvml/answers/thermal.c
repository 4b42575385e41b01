/* Temperatures and their thresholds. */
#include "put.h"

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

ANSWER(nvmlDeviceGetMarginTemperature, nvmlMarginTemperature_v1_t *marginTempInfo) {
  if (!call->gpu->thermal.tells_margin) return NVML_ERROR_NOT_SUPPORTED;
  marginTempInfo->marginTemperature = (int)call->gpu->thermal.gpu_maximum_celsius - (int)live_now(call->machine, call->gpu).gpu_celsius;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetTemperatureThreshold, nvmlTemperatureThresholds_t thresholdType, unsigned int *temp) {
  const struct thermal *thermal = &call->gpu->thermal;
  switch (thresholdType) {
    case NVML_TEMPERATURE_THRESHOLD_SHUTDOWN: return put_u32(temp, thermal->shutdown_celsius);
    case NVML_TEMPERATURE_THRESHOLD_SLOWDOWN: return put_u32(temp, thermal->slowdown_celsius);
    case NVML_TEMPERATURE_THRESHOLD_MEM_MAX: return put_u32(temp, thermal->memory_maximum_celsius);
    case NVML_TEMPERATURE_THRESHOLD_GPU_MAX: return put_u32(temp, thermal->gpu_maximum_celsius);
    case NVML_TEMPERATURE_THRESHOLD_ACOUSTIC_MIN: return put_u32(temp, thermal->target_minimum_celsius);
    case NVML_TEMPERATURE_THRESHOLD_ACOUSTIC_CURR: return put_u32(temp, thermal->target_celsius);
    case NVML_TEMPERATURE_THRESHOLD_ACOUSTIC_MAX: return put_u32(temp, thermal->target_maximum_celsius);
    case NVML_TEMPERATURE_THRESHOLD_GPS_CURR: return put_u32(temp, thermal->gps_celsius);
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
}

/* All others are the board's own. */
ANSWER(nvmlDeviceSetTemperatureThreshold, nvmlTemperatureThresholds_t thresholdType, const int *temp) {
  struct thermal *thermal = &call->gpu->thermal;
  if ((unsigned)thresholdType >= NVML_TEMPERATURE_THRESHOLD_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  if (thresholdType != NVML_TEMPERATURE_THRESHOLD_ACOUSTIC_CURR || thermal->target_celsius == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  if (*temp < (int)thermal->target_minimum_celsius || *temp > (int)thermal->target_maximum_celsius) return NVML_ERROR_INVALID_ARGUMENT;
  thermal->target_celsius = (uint32_t)*temp;
  return NVML_SUCCESS;
}

static int celsius_of(const struct call *call, enum sensor_target target) {
  switch (target) {
    case SENSOR_MEMORY: return (int)memory_celsius_now(call->machine, call->gpu);
    case SENSOR_BOARD: return (int)call->gpu->thermal.board_celsius;
    default: return (int)live_now(call->machine, call->gpu).gpu_celsius;
  }
}

/* A sensor by its index comes alone and first. */
ANSWER(nvmlDeviceGetThermalSettings, unsigned int sensorIndex, nvmlGpuThermalSettings_t *pThermalSettings) {
  static const nvmlThermalTarget_t TARGET[] = {
      [SENSOR_GPU] = NVML_THERMAL_TARGET_GPU, [SENSOR_MEMORY] = NVML_THERMAL_TARGET_MEMORY, [SENSOR_BOARD] = NVML_THERMAL_TARGET_BOARD};
  nvmlGpuThermalSettings_t settings = {0};
  unsigned known = 0;
  for (; known < SENSORS_MAX && call->gpu->thermal.sensors[known].target != UNSUPPORTED_U32; known++) {
    const struct sensor *sensor = &call->gpu->thermal.sensors[known];
    if (sensorIndex != known && sensorIndex != NVML_THERMAL_TARGET_ALL) continue;
    settings.sensor[settings.count].controller = NVML_THERMAL_CONTROLLER_GPU_INTERNAL;
    settings.sensor[settings.count].defaultMinTemp = sensor->minimum_celsius;
    settings.sensor[settings.count].defaultMaxTemp = sensor->maximum_celsius;
    settings.sensor[settings.count].currentTemp = celsius_of(call, sensor->target);
    settings.sensor[settings.count++].target = TARGET[sensor->target];
  }
  if (known == 0) return NVML_ERROR_NOT_SUPPORTED;
  if (settings.count == 0) return NVML_ERROR_INVALID_ARGUMENT;
  *pThermalSettings = settings;
  return NVML_SUCCESS;
}
