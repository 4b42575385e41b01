/* Fans: what they do, and who says so. */
#include "put.h"

static nvmlReturn_t fan_status(const struct gpu *gpu, unsigned fan) {
  if (gpu->thermal.fan_count == 0) return NVML_ERROR_NOT_SUPPORTED;
  return fan < gpu->thermal.fan_count ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlDeviceGetNumFans, unsigned int *numFans) {
  const nvmlReturn_t status = fan_status(call->gpu, 0);
  if (status == NVML_SUCCESS) *numFans = call->gpu->thermal.fan_count;
  return status;
}

static nvmlReturn_t put_percent(const struct call *call, unsigned fan, unsigned *percent) {
  const nvmlReturn_t status = fan_status(call->gpu, fan);
  if (status == NVML_SUCCESS) *percent = fan_percent_now(call->machine, call->gpu, fan);
  return status;
}

ANSWER(nvmlDeviceGetFanSpeed, unsigned int *speed) { return put_percent(call, 0, speed); }
ANSWER(nvmlDeviceGetFanSpeed_v2, unsigned int fan, unsigned int *speed) { return put_percent(call, fan, speed); }
ANSWER(nvmlDeviceGetTargetFanSpeed, unsigned int fan, unsigned int *targetSpeed) { return put_percent(call, fan, targetSpeed); }

ANSWER(nvmlDeviceGetFanSpeedRPM, nvmlFanSpeedInfo_v1_t *fanSpeed) {
  const struct gpu *gpu = call->gpu;
  const nvmlReturn_t status = fan_status(gpu, fanSpeed->fan);
  if (status != NVML_SUCCESS) return status;
  if (gpu->thermal.fan_maximum_rpm == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  fanSpeed->speed = gpu->thermal.fan_maximum_rpm * fan_percent_now(call->machine, gpu, fanSpeed->fan) / 100;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMinMaxFanSpeed, unsigned int *minSpeed, unsigned int *maxSpeed) {
  const nvmlReturn_t status = fan_status(call->gpu, 0);
  if (status != NVML_SUCCESS) return status;
  *minSpeed = call->gpu->thermal.fan_minimum_percent;
  *maxSpeed = call->gpu->thermal.fan_maximum_percent;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetFanSpeed_v2, unsigned int fan, unsigned int speed) {
  const nvmlReturn_t status = fan_status(call->gpu, fan);
  if (status != NVML_SUCCESS) return status;
  return fan_hold(call->gpu, fan, speed) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlDeviceSetDefaultFanSpeed_v2, unsigned int fan) {
  const nvmlReturn_t status = fan_status(call->gpu, fan);
  if (status == NVML_SUCCESS) call->gpu->thermal.fans[fan].policy = FAN_AUTOMATIC;
  return status;
}

ANSWER(nvmlDeviceGetFanControlPolicy_v2, unsigned int fan, nvmlFanControlPolicy_t *policy) {
  const nvmlReturn_t status = fan_status(call->gpu, fan);
  if (status == NVML_SUCCESS) *policy = call->gpu->thermal.fans[fan].policy == FAN_MANUAL ? NVML_FAN_POLICY_MANUAL : NVML_FAN_POLICY_TEMPERATURE_CONTINOUS_SW;
  return status;
}

/* Taken over by hand, a fan goes on as fast as it is, if it may be held that slow. */
ANSWER(nvmlDeviceSetFanControlPolicy, unsigned int fan, nvmlFanControlPolicy_t policy) {
  const nvmlReturn_t status = fan_status(call->gpu, fan);
  if (status != NVML_SUCCESS) return status;
  if (policy != NVML_FAN_POLICY_MANUAL && policy != NVML_FAN_POLICY_TEMPERATURE_CONTINOUS_SW) return NVML_ERROR_INVALID_ARGUMENT;
  if (policy == NVML_FAN_POLICY_TEMPERATURE_CONTINOUS_SW) call->gpu->thermal.fans[fan].policy = FAN_AUTOMATIC;
  else if (!fan_hold(call->gpu, fan, fan_percent_now(call->machine, call->gpu, fan))) fan_hold(call->gpu, fan, call->gpu->thermal.fan_minimum_percent);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetCoolerInfo, nvmlCoolerInfo_v1_t *coolerInfo) {
  static const nvmlCoolerTarget_t TARGET[] = {NVML_THERMAL_COOLER_TARGET_NONE, NVML_THERMAL_COOLER_TARGET_GPU, NVML_THERMAL_COOLER_TARGET_MEMORY,
                                              NVML_THERMAL_COOLER_TARGET_POWER_SUPPLY, NVML_THERMAL_COOLER_TARGET_GPU_RELATED};
  const nvmlReturn_t status = fan_status(call->gpu, coolerInfo->index);
  if (status != NVML_SUCCESS) return status;
  coolerInfo->signalType = (nvmlCoolerControl_t)call->gpu->thermal.fans[coolerInfo->index].control;
  coolerInfo->target = TARGET[call->gpu->thermal.fans[coolerInfo->index].cools];
  return NVML_SUCCESS;
}
