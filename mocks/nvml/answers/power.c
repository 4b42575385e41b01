#include "api.h"

ANSWER(nvmlDeviceGetPowerUsage, unsigned int *power) {
  *power = live_now(call->machine, call->gpu).power_milliwatts;
  return NVML_SUCCESS;
}
