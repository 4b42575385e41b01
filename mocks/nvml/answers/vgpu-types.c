/* vGPU types: what each is. */
#include "put.h"
#include "vgpu.h"

ANSWER(nvmlVgpuTypeGetClass, char *vgpuTypeClass, unsigned int *size) { return vgpu_put_counted_text(vgpuTypeClass, size, call->vgpu_type->class_name); }
ANSWER(nvmlVgpuTypeGetName, char *vgpuTypeName, unsigned int *size) { return vgpu_put_counted_text(vgpuTypeName, size, call->vgpu_type->name); }
ANSWER(nvmlVgpuTypeGetLicense, char *vgpuTypeLicenseString, unsigned int size) { return (nvmlReturn_t)put_text(vgpuTypeLicenseString, size, call->vgpu_type->license); }

/* One that no GPU instance backs has none: that is UNSUPPORTED_U32 on both sides. */
ANSWER(nvmlVgpuTypeGetGpuInstanceProfileId, unsigned int *gpuInstanceProfileId) {
  *gpuInstanceProfileId = call->vgpu_type->gpu_instance_profile;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuTypeGetDeviceID, unsigned long long *deviceID, unsigned long long *subsystemID) {
  *deviceID = call->vgpu_type->device_id;
  *subsystemID = call->vgpu_type->subsystem_id;
  return NVML_SUCCESS;
}

#define A_NUMBER(function, type, parameter, field) \
  ANSWER(function, type *parameter) {              \
    *parameter = call->vgpu_type->field;           \
    return NVML_SUCCESS;                           \
  }
A_NUMBER(nvmlVgpuTypeGetFramebufferSize, unsigned long long, fbSize, framebuffer_bytes)
A_NUMBER(nvmlVgpuTypeGetFbReservation, unsigned long long, fbReservation, reservation_bytes)
A_NUMBER(nvmlVgpuTypeGetGspHeapSize, unsigned long long, gspHeapSize, gsp_heap_bytes)
A_NUMBER(nvmlVgpuTypeGetNumDisplayHeads, unsigned int, numDisplayHeads, heads)
A_NUMBER(nvmlVgpuTypeGetMaxInstancesPerVm, unsigned int, vgpuInstanceCountPerVm, max_instances_per_vm)

ANSWER(nvmlVgpuTypeGetResolution, unsigned int displayIndex, unsigned int *xdim, unsigned int *ydim) {
  if (displayIndex >= call->vgpu_type->heads) return NVML_ERROR_INVALID_ARGUMENT;
  *xdim = call->vgpu_type->width;
  *ydim = call->vgpu_type->height;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuTypeGetFrameRateLimit, unsigned int *frameRateLimit) { return put_u32(frameRateLimit, call->vgpu_type->frame_rate_limit); }

ANSWER(nvmlVgpuTypeGetBAR1Info, nvmlVgpuTypeBar1Info_v1_t *bar1Info) {
  bar1Info->bar1Size = call->vgpu_type->bar1_bytes;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuTypeGetCapabilities, nvmlVgpuCapability_t capability, unsigned int *capResult) {
  const struct vgpu_type *type = call->vgpu_type;
  const uint32_t has[NVML_VGPU_CAP_COUNT] = {[NVML_VGPU_CAP_NVLINK_P2P] = type->nvlink_p2p,
                                             [NVML_VGPU_CAP_GPUDIRECT] = type->gpudirect,
                                             [NVML_VGPU_CAP_MULTI_VGPU_EXCLUSIVE] = type->multi_vgpu_exclusive,
                                             [NVML_VGPU_CAP_EXCLUSIVE_TYPE] = type->exclusive_type,
                                             [NVML_VGPU_CAP_EXCLUSIVE_SIZE] = type->exclusive_size};
  static const uint32_t SINCE[NVML_VGPU_CAP_COUNT] = {515, 515, 525, 525, 525};
  if ((unsigned)capability >= NVML_VGPU_CAP_COUNT || call->machine->driver_branch < SINCE[capability]) return NVML_ERROR_INVALID_ARGUMENT;
  *capResult = has[capability];
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuTypeGetMaxInstances, unsigned int *vgpuInstanceCount) {
  const struct vgpu_type *type = call->vgpu_type;
  uint32_t places[VGPU_PLACEMENTS_MAX];
  if (!vgpu_type_is_supported(call->gpu, type)) return vgpu_is_host(call) ? NVML_ERROR_INVALID_ARGUMENT : NVML_ERROR_NOT_SUPPORTED;
  const struct vgpu_region whole = vgpu_whole(call->gpu);
  *vgpuInstanceCount = vgpu_placements(call->machine, &whole, type, call->gpu->vgpu.heterogeneous && type->gpu_instance_profile == UNSUPPORTED_U32, false, places);
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuTypeGetMaxInstancesPerGpuInstance, nvmlVgpuTypeMaxInstance_v1_t *pMaxInstance) {
  const struct vgpu_type *type = vgpu_type_of(call->machine, pMaxInstance->vgpuTypeId);
  if (!machine_hosts_vgpus(call->machine)) return NVML_ERROR_NOT_SUPPORTED;
  if (!type) return NVML_ERROR_INVALID_ARGUMENT;
  if (type->gpu_instance_profile == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  pMaxInstance->maxInstancePerGI = type->max_instances_per_gpu_instance;
  return NVML_SUCCESS;
}
