#include "api.h"

ANSWER(nvmlDeviceGetPowerUsage, unsigned int *power) {
  *power = call->gpu->power.usage_milliwatts;
  return NVML_SUCCESS;
}
