/* vGPUs that run: who each is and what it has. */
#include "put.h"
#include "vgpu.h"

ANSWER(nvmlDeviceGetActiveVgpus, unsigned int *vgpuCount, nvmlVgpuInstance_t *vgpuInstances) {
  uint32_t ids[VGPUS_MAX];
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  return vgpu_put_numbers(vgpuCount, vgpuInstances, ids, vgpu_list_running(call, NULL, ids));
}

ANSWER(nvmlGpuInstanceGetActiveVgpus, nvmlActiveVgpuInstanceInfo_v1_t *pVgpuInstanceInfo) {
  uint32_t ids[VGPUS_MAX];
  const struct vgpu_region region = vgpu_region_of(call);
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  return vgpu_put_numbers(&pVgpuInstanceInfo->vgpuCount, pVgpuInstanceInfo->vgpuInstances, ids, vgpu_list_running(call, &region, ids));
}

ANSWER(nvmlVgpuInstanceGetVmID, char *vmId, unsigned int size, nvmlVgpuVmIdType_t *vmIdType) {
  *vmIdType = call->vgpu->vm_id_is_uuid ? NVML_VGPU_VM_ID_UUID : NVML_VGPU_VM_ID_DOMAIN_ID;
  return (nvmlReturn_t)put_text(vmId, size, call->vgpu->vm_id);
}

ANSWER(nvmlVgpuInstanceGetUUID, char *uuid, unsigned int size) { return (nvmlReturn_t)put_text(uuid, size, call->vgpu->uuid); }
ANSWER(nvmlVgpuInstanceGetMdevUUID, char *mdevUuid, unsigned int size) { return put_optional_text(mdevUuid, size, call->vgpu->mdev_uuid); }

ANSWER(nvmlVgpuInstanceGetVmDriverVersion, char *version, unsigned int length) {
  return (nvmlReturn_t)put_text(version, length, call->vgpu->guest_driver[0] ? call->vgpu->guest_driver : "Not Available");
}

ANSWER(nvmlVgpuInstanceGetGpuPciId, char *vgpuPciId, unsigned int *length) {
  const struct vgpu *vgpu = call->vgpu;
  return vgpu_put_counted_text(vgpuPciId, length, vgpu->guest_driver[0] && vgpu->pci_id[0] ? vgpu->pci_id : "00000000:00:00.0");
}

ANSWER(nvmlVgpuInstanceGetFbUsage, unsigned long long *fbUsage) {
  *fbUsage = call->vgpu->framebuffer_used_bytes;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetRuntimeStateSize, nvmlVgpuRuntimeState_v1_t *pState) {
  pState->size = call->vgpu->runtime_state_bytes;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetType, nvmlVgpuTypeId_t *vgpuTypeId) {
  *vgpuTypeId = call->vgpu->type_id;
  return NVML_SUCCESS;
}

/* Frames are limited with the best effort scheduler only. */
ANSWER(nvmlVgpuInstanceGetFrameRateLimit, unsigned int *frameRateLimit) {
  if (call->machine->gpus[call->vgpu->gpu].vgpu.scheduler.policy != SCHEDULER_BEST_EFFORT) return NVML_ERROR_NOT_SUPPORTED;
  return put_u32(frameRateLimit, call->vgpu->frame_rate_limit);
}

ANSWER(nvmlVgpuInstanceGetEccMode, nvmlEnableState_t *eccMode) { return put_switch(eccMode, call->vgpu->ecc); }

/* Without MIG there is no instance: that is UNSUPPORTED_U32 on both sides. */
ANSWER(nvmlVgpuInstanceGetGpuInstanceId, unsigned int *gpuInstanceId) {
  *gpuInstanceId = call->vgpu->gpu_instance_id;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetPlacementId, nvmlVgpuPlacementId_v1_t *pPlacement) {
  const struct vgpu_host *host = &call->machine->gpus[call->vgpu->gpu].vgpu;
  const bool told = host->heterogeneous || host->capabilities[VGPU_EQUAL_SIZE_PLACEMENTS] == 1;
  pPlacement->placementId = told && call->vgpu->placement_id != UNSUPPORTED_U32 ? call->vgpu->placement_id : NVML_INVALID_VGPU_PLACEMENT_ID;
  return NVML_SUCCESS;
}
