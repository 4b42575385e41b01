/* Why clocks are lower than they could be. */
#include "api.h"
#include "put.h"

static const unsigned long long MASK[REASONS_TOLD] = {
    [REASON_IDLE] = nvmlClocksEventReasonGpuIdle,
    [REASON_APPLICATION_CLOCKS] = nvmlClocksEventReasonApplicationsClocksSetting,
    [REASON_POWER_CAP] = nvmlClocksEventReasonSwPowerCap,
    [REASON_HARDWARE_SLOWDOWN] = nvmlClocksThrottleReasonHwSlowdown,
    [REASON_SYNC_BOOST] = nvmlClocksEventReasonSyncBoost,
    [REASON_SOFTWARE_THERMAL] = nvmlClocksEventReasonSwThermalSlowdown,
    [REASON_HARDWARE_THERMAL] = nvmlClocksThrottleReasonHwThermalSlowdown,
    [REASON_POWER_BRAKE] = nvmlClocksThrottleReasonHwPowerBrakeSlowdown,
    [REASON_DISPLAY] = nvmlClocksEventReasonDisplayClockSetting,
};

static unsigned long long mask_of(uint32_t reasons) {
  unsigned long long mask = nvmlClocksEventReasonNone;
  for (unsigned reason = 0; reason < REASONS_TOLD; reason++)
    if (reasons >> reason & 1) mask |= MASK[reason];
  return mask;
}

static nvmlReturn_t current_reasons(const struct call *call, unsigned long long *reasons) {
  const struct live live = live_now(call->machine, call->gpu);
  *reasons = mask_of(clocks_reasons(call->gpu, &live));
  return NVML_SUCCESS;
}

static nvmlReturn_t supported_reasons(const struct call *call, unsigned long long *reasons) {
  *reasons = mask_of(call->gpu->clocks.supported_reasons);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetCurrentClocksEventReasons, unsigned long long *clocksEventReasons) { return current_reasons(call, clocksEventReasons); }
ANSWER(nvmlDeviceGetCurrentClocksThrottleReasons, unsigned long long *clocksThrottleReasons) { return current_reasons(call, clocksThrottleReasons); }
ANSWER(nvmlDeviceGetSupportedClocksEventReasons, unsigned long long *supportedClocksEventReasons) { return supported_reasons(call, supportedClocksEventReasons); }
ANSWER(nvmlDeviceGetSupportedClocksThrottleReasons, unsigned long long *supportedClocksThrottleReasons) { return supported_reasons(call, supportedClocksThrottleReasons); }

ANSWER(nvmlDeviceGetViolationStatus, nvmlPerfPolicyType_t perfPolicyType, nvmlViolationTime_t *violTime) {
  enum violation violation;
  switch (perfPolicyType) {
    case NVML_PERF_POLICY_POWER: violation = VIOLATION_POWER; break;
    case NVML_PERF_POLICY_THERMAL: violation = VIOLATION_THERMAL; break;
    case NVML_PERF_POLICY_SYNC_BOOST: violation = VIOLATION_SYNC_BOOST; break;
    case NVML_PERF_POLICY_BOARD_LIMIT: violation = VIOLATION_BOARD_LIMIT; break;
    case NVML_PERF_POLICY_LOW_UTILIZATION: violation = VIOLATION_LOW_UTILIZATION; break;
    case NVML_PERF_POLICY_RELIABILITY: violation = VIOLATION_RELIABILITY; break;
    case NVML_PERF_POLICY_TOTAL_APP_CLOCKS: violation = VIOLATION_APPLICATION_CLOCKS; break;
    case NVML_PERF_POLICY_TOTAL_BASE_CLOCKS: violation = VIOLATION_BASE_CLOCKS; break;
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
  violTime->referenceTime = (unsigned long long)(machine_now_ns(call->machine) / 1000);
  violTime->violationTime = clocks_violation_ns(call->machine, call->gpu, violation);
  return NVML_SUCCESS;
}
