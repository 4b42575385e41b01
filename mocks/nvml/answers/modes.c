#include "put.h"

ANSWER(nvmlDeviceGetPersistenceMode, nvmlEnableState_t *mode) { return put_switch(mode, call->gpu->modes.persistence); }

ANSWER(nvmlDeviceSetPersistenceMode, nvmlEnableState_t mode) {
  if ((unsigned)mode > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  gpu_set_persistence(call->machine, call->gpu, mode == NVML_FEATURE_ENABLED);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetComputeMode, nvmlComputeMode_t *mode) {
  *mode = (nvmlComputeMode_t)call->gpu->modes.compute;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetComputeMode, nvmlComputeMode_t mode) {
  if ((unsigned)mode >= NVML_COMPUTEMODE_COUNT) return NVML_ERROR_INVALID_ARGUMENT;
  /* The documentation says of it only that its support was removed. */
  if (mode == NVML_COMPUTEMODE_EXCLUSIVE_THREAD) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->modes.compute = mode;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetGpuOperationMode, nvmlGpuOperationMode_t *current, nvmlGpuOperationMode_t *pending) {
  if (call->gpu->modes.operation == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *current = (nvmlGpuOperationMode_t)call->gpu->modes.operation;
  *pending = (nvmlGpuOperationMode_t)call->gpu->modes.operation_pending;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetGpuOperationMode, nvmlGpuOperationMode_t mode) {
  if ((unsigned)mode > NVML_GOM_LOW_DP) return NVML_ERROR_INVALID_ARGUMENT;
  if (call->gpu->modes.operation == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->modes.operation_pending = mode;
  return NVML_SUCCESS;
}

/* The switch that an API's restriction is; NULL: there is no such API. */
static uint32_t *restriction_of(struct gpu *gpu, nvmlRestrictedAPI_t api) {
  switch (api) {
    case NVML_RESTRICTED_API_SET_APPLICATION_CLOCKS: return &gpu->modes.restricted[RESTRICTED_APPLICATION_CLOCKS];
    case NVML_RESTRICTED_API_SET_AUTO_BOOSTED_CLOCKS: return &gpu->modes.restricted[RESTRICTED_AUTO_BOOSTED_CLOCKS];
    default: return NULL;
  }
}

ANSWER(nvmlDeviceGetAPIRestriction, nvmlRestrictedAPI_t apiType, nvmlEnableState_t *isRestricted) {
  const uint32_t *restriction = restriction_of(call->gpu, apiType);
  return restriction ? put_switch(isRestricted, *restriction) : NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlDeviceSetAPIRestriction, nvmlRestrictedAPI_t apiType, nvmlEnableState_t isRestricted) {
  uint32_t *restriction = restriction_of(call->gpu, apiType);
  if (!restriction || (unsigned)isRestricted > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (*restriction == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *restriction = isRestricted;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetDisplayMode, nvmlEnableState_t *display) { return put_switch(display, call->gpu->modes.display); }
ANSWER(nvmlDeviceGetDisplayActive, nvmlEnableState_t *isActive) { return put_switch(isActive, call->gpu->modes.display_active); }

ANSWER(nvmlDeviceGetGspFirmwareMode, unsigned int *isEnabled, unsigned int *defaultMode) {
  if (call->gpu->modes.gsp == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *isEnabled = call->gpu->modes.gsp;
  *defaultMode = call->gpu->modes.gsp_standard;
  return NVML_SUCCESS;
}

/* The firmware is the driver's. */
ANSWER(nvmlDeviceGetGspFirmwareVersion, char *version) {
  if (call->gpu->modes.gsp != 1) return NVML_ERROR_NOT_SUPPORTED;
  return put_text(version, NVML_GSP_FIRMWARE_VERSION_BUF_SIZE, call->machine->driver_version);
}

ANSWER(nvmlDeviceGetAddressingMode, nvmlDeviceAddressingMode_v1_t *mode) { return put_u32(&mode->value, call->gpu->modes.addressing); }

ANSWER(nvmlDeviceSetRusdSettings_v1, const nvmlRusdSettings_v1_t *settings) {
  const unsigned long long POLL_ALL = ~0ull;
  const unsigned long long known = NVML_RUSD_POLL_CLOCK | NVML_RUSD_POLL_PERF | NVML_RUSD_POLL_MEMORY | NVML_RUSD_POLL_POWER | NVML_RUSD_POLL_THERMAL | NVML_RUSD_POLL_PCI |
                                   NVML_RUSD_POLL_FAN | NVML_RUSD_POLL_PROC_UTIL;
  if (settings->pollMask != POLL_ALL && (settings->pollMask & ~known) != 0) return NVML_ERROR_INVALID_ARGUMENT;
  call->gpu->modes.rusd_poll_mask = settings->pollMask;
  return NVML_SUCCESS;
}
