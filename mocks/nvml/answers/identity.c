/* Who a GPU is. */
#include <string.h>
#include "mig.h"
#include "put.h"

ANSWER(nvmlDeviceGetName, char *name, unsigned int length) {
  return call->mig_device ? mig_put_name(call, name, length) : (nvmlReturn_t)put_text(name, length, call->gpu->board.name);
}

ANSWER(nvmlDeviceGetUUID, char *uuid, unsigned int length) {
  return call->mig_device ? mig_put_uuid(call, uuid, length) : (nvmlReturn_t)put_text(uuid, length, call->gpu->board.uuid);
}

ANSWER(nvmlDeviceGetSerial, char *serial, unsigned int length) { return put_optional_text(serial, length, call->gpu->board.serial); }
ANSWER(nvmlDeviceGetBoardPartNumber, char *partNumber, unsigned int length) { return put_optional_text(partNumber, length, call->gpu->board.part_number); }
ANSWER(nvmlDeviceGetVbiosVersion, char *version, unsigned int length) { return put_text(version, length, call->gpu->board.vbios); }
ANSWER(nvmlDeviceGetModuleId, unsigned int *moduleId) { return put_u32(moduleId, call->gpu->board.module_id); }
ANSWER(nvmlDeviceGetNumGpuCores, unsigned int *numCores) { return put_u32(numCores, call->gpu->board.cores); }
ANSWER(nvmlDeviceGetMemoryBusWidth, unsigned int *busWidth) { return put_u32(busWidth, call->gpu->board.memory_bus_bits); }

ANSWER(nvmlDeviceGetBoardId, unsigned int *boardId) {
  *boardId = call->gpu->board.board_id;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMultiGpuBoard, unsigned int *multiGpuBool) {
  *multiGpuBool = call->gpu->board.multi_gpu;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetBrand, nvmlBrandType_t *type) {
  *type = (nvmlBrandType_t)call->gpu->board.brand;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetArchitecture, nvmlDeviceArchitecture_t *arch) {
  static const nvmlDeviceArchitecture_t NUMBER[] = {
      [KEPLER] = NVML_DEVICE_ARCH_KEPLER, [MAXWELL] = NVML_DEVICE_ARCH_MAXWELL, [PASCAL] = NVML_DEVICE_ARCH_PASCAL,       [VOLTA] = NVML_DEVICE_ARCH_VOLTA,
      [TURING] = NVML_DEVICE_ARCH_TURING, [AMPERE] = NVML_DEVICE_ARCH_AMPERE,   [ADA] = NVML_DEVICE_ARCH_ADA,             [HOPPER] = NVML_DEVICE_ARCH_HOPPER,
      [BLACKWELL] = NVML_DEVICE_ARCH_BLACKWELL, [RUBIN] = NVML_DEVICE_ARCH_RUBIN};
  *arch = NUMBER[call->gpu->board.architecture];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetCudaComputeCapability, int *major, int *minor) {
  *major = (int)call->gpu->board.compute_major;
  *minor = (int)call->gpu->board.compute_minor;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetPdi, nvmlPdi_v1_t *pdi) {
  pdi->value = call->gpu->board.pdi;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetBridgeChipInfo, nvmlBridgeChipHierarchy_t *bridgeHierarchy) {
  const struct bridge_chip *bridges = call->gpu->board.bridges;
  if (bridges[0].type == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  memset(bridgeHierarchy, 0, sizeof *bridgeHierarchy);
  for (unsigned i = 0; i < BRIDGES_MAX && bridges[i].type != UNSUPPORTED_U32; i++)
    bridgeHierarchy->bridgeChipInfo[bridgeHierarchy->bridgeCount++] = (nvmlBridgeChipInfo_t){.type = (nvmlBridgeChipType_t)bridges[i].type, .fwVersion = bridges[i].firmware};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetHostname_v1, nvmlHostname_v1_t *hostname) {
  memcpy(hostname->value, call->gpu->board.hostname, sizeof hostname->value);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetHostname_v1, const nvmlHostname_v1_t *hostname) {
  if (hostname->value[0] == 0 || !memchr(hostname->value, 0, sizeof hostname->value)) return NVML_ERROR_INVALID_ARGUMENT;
  memset(call->gpu->board.hostname, 0, sizeof call->gpu->board.hostname);
  memcpy(call->gpu->board.hostname, hostname->value, strlen(hostname->value));
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetCapabilities, nvmlDeviceCapabilities_v1_t *caps) {
  if (call->gpu->board.egm == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  caps->capMask = call->gpu->board.egm ? NVML_DEV_CAP_EGM : 0;
  return NVML_SUCCESS;
}
