/* The fabric that a GPU was registered with, and its place in the rack. */
#include <stdio.h>
#include <string.h>
#include "api.h"
#include "attributes.h"

enum { V3_BRANCH = 580 };

/* "0011…" or "00112233-4455-…" as bytes; what is not there stays 0. */
static void put_bytes(unsigned char *out, size_t size, const char *digits) {
  memset(out, 0, size);
  for (size_t i = 0; i < size && *digits; digits += 2, i++) {
    unsigned byte;
    digits += *digits == '-';
    if (sscanf(digits, "%2x", &byte) != 1) return;
    out[i] = (unsigned char)byte;
  }
}

/* A driver tells what it has heard of. */
static unsigned health_mask(const struct machine *machine, const struct fabric *fabric) {
  const struct {
    uint32_t value;
    unsigned shift, branch;
  } parts[] = {
      {fabric->health.degraded_bandwidth, NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_DEGRADED_BW, 550},
      {fabric->health.route_recovery, NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_ROUTE_RECOVERY, 570},
      {fabric->health.route_unhealthy, NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_ROUTE_UNHEALTHY, 570},
      {fabric->health.access_timeout_recovery, NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_ACCESS_TIMEOUT_RECOVERY, 570},
      {fabric->health.incorrect_configuration, NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_INCORRECT_CONFIGURATION, 580},
      {fabric->health.partition_assigned, NVML_GPU_FABRIC_HEALTH_MASK_SHIFT_PARTITION_ASSIGNED, 595},
  };
  unsigned mask = 0;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (machine->driver_branch >= parts[i].branch) mask |= parts[i].value << parts[i].shift;
  return mask;
}

ANSWER(nvmlDeviceGetGpuFabricInfo, nvmlGpuFabricInfo_t *gpuFabricInfo) {
  const struct fabric *fabric = &call->gpu->fabric;
  put_bytes(gpuFabricInfo->clusterUuid, sizeof gpuFabricInfo->clusterUuid, fabric->cluster_uuid);
  gpuFabricInfo->status = (nvmlReturn_t)fabric->status;
  gpuFabricInfo->cliqueId = fabric->clique_id;
  gpuFabricInfo->state = (nvmlGpuFabricState_t)fabric_state_of(call->machine, call->gpu);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetGpuFabricInfoV, nvmlGpuFabricInfo_v3_t *gpuFabricInfo) {
  const struct fabric *fabric = &call->gpu->fabric;
  const bool v3 = gpuFabricInfo->version == nvmlGpuFabricInfo_v3;
  if (v3 && call->machine->driver_branch < V3_BRANCH) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  put_bytes(gpuFabricInfo->clusterUuid, sizeof gpuFabricInfo->clusterUuid, fabric->cluster_uuid);
  gpuFabricInfo->status = (nvmlReturn_t)fabric->status;
  gpuFabricInfo->cliqueId = fabric->clique_id;
  gpuFabricInfo->state = (nvmlGpuFabricState_t)fabric_state_of(call->machine, call->gpu);
  gpuFabricInfo->healthMask = health_mask(call->machine, fabric);
  if (v3) gpuFabricInfo->healthSummary = (unsigned char)fabric->health.summary;
  return NVML_SUCCESS;
}

/* Both versions have the same places; only the names differ. */
ANSWER(nvmlDeviceGetPlatformInfo, nvmlPlatformInfo_v2_t *platformInfo) {
  const struct gpu *gpu = call->gpu;
  if (gpu->fabric.platform.peer == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  put_bytes(platformInfo->ibGuid, sizeof platformInfo->ibGuid, gpu->fabric.platform.guid);
  memset(platformInfo->chassisSerialNumber, 0, sizeof platformInfo->chassisSerialNumber);
  memcpy(platformInfo->chassisSerialNumber, gpu->fabric.platform.chassis_serial, strlen(gpu->fabric.platform.chassis_serial));
  platformInfo->slotNumber = (unsigned char)gpu->fabric.platform.slot;
  platformInfo->trayIndex = (unsigned char)gpu->fabric.platform.tray;
  platformInfo->hostId = (unsigned char)gpu->fabric.platform.host;
  platformInfo->peerType = (unsigned char)gpu->fabric.platform.peer;
  platformInfo->moduleId = gpu->board.module_id == UNSUPPORTED_U32 ? 0 : (unsigned char)gpu->board.module_id;
  return NVML_SUCCESS;
}
