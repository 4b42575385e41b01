/* What a GPU is to its host, and what it may do as a host of vGPUs. */
#include "put.h"
#include "vgpu.h"

ANSWER(nvmlDeviceGetVirtualizationMode, nvmlGpuVirtualizationMode_t *pVirtualMode) {
  *pVirtualMode = (nvmlGpuVirtualizationMode_t)call->gpu->vgpu.mode;
  return NVML_SUCCESS;
}

static bool is_host_mode(uint32_t mode) { return mode == VIRTUALIZATION_VGPU_HOST || mode == VIRTUALIZATION_VSGA_HOST; }

ANSWER(nvmlDeviceSetVirtualizationMode, nvmlGpuVirtualizationMode_t virtualMode) {
  if ((unsigned)virtualMode > NVML_GPU_VIRTUALIZATION_MODE_HOST_VSGA) return NVML_ERROR_INVALID_ARGUMENT;
  if (!is_host_mode(call->gpu->vgpu.mode) || !is_host_mode(virtualMode)) return NVML_ERROR_NOT_SUPPORTED;
  if (virtualMode != NVML_GPU_VIRTUALIZATION_MODE_HOST_VGPU && vgpus_run_on(call->machine, call->gpu)) return NVML_ERROR_IN_USE;
  call->gpu->vgpu.mode = virtualMode;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetHostVgpuMode, nvmlHostVgpuMode_t *pHostVgpuMode) {
  if (!vgpu_is_host(call) || call->gpu->vgpu.sr_iov == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *pHostVgpuMode = call->gpu->vgpu.sr_iov ? NVML_HOST_VGPU_MODE_SRIOV : NVML_HOST_VGPU_MODE_NON_SRIOV;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetVgpuHeterogeneousMode, nvmlVgpuHeterogeneousMode_v1_t *pHeterogeneousMode) {
  if (!vgpu_is_host(call) || call->gpu->vgpu.capabilities[VGPU_MIXED_SIZES] != 1) return NVML_ERROR_NOT_SUPPORTED;
  pHeterogeneousMode->mode = call->gpu->vgpu.heterogeneous;
  return NVML_SUCCESS;
}

static nvmlReturn_t choose_heterogeneous(const struct call *call, const struct vgpu_region *region, unsigned mode, uint32_t *heterogeneous) {
  if (mode > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  if (mode != *heterogeneous && vgpus_run_in(call->machine, region)) return NVML_ERROR_IN_USE;
  *heterogeneous = mode;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceSetVgpuHeterogeneousMode, const nvmlVgpuHeterogeneousMode_v1_t *pHeterogeneousMode) {
  if (!vgpu_is_host(call) || call->gpu->vgpu.capabilities[VGPU_MIXED_SIZES] != 1 || call->gpu->mig.mode == 1) return NVML_ERROR_NOT_SUPPORTED;
  const struct vgpu_region whole = vgpu_whole(call->gpu);
  return choose_heterogeneous(call, &whole, pHeterogeneousMode->mode, &call->gpu->vgpu.heterogeneous);
}

ANSWER(nvmlGpuInstanceGetVgpuHeterogeneousMode, nvmlVgpuHeterogeneousMode_v1_t *pHeterogeneousMode) {
  if (!vgpu_slices_instances(call)) return NVML_ERROR_NOT_SUPPORTED;
  pHeterogeneousMode->mode = vgpu_choices_of(call->gpu, call->gpu_instance)->heterogeneous;
  return NVML_SUCCESS;
}

ANSWER(nvmlGpuInstanceSetVgpuHeterogeneousMode, const nvmlVgpuHeterogeneousMode_v1_t *pHeterogeneousMode) {
  const struct vgpu_region region = vgpu_region_of(call);
  if (!vgpu_slices_instances(call)) return NVML_ERROR_NOT_SUPPORTED;
  return choose_heterogeneous(call, &region, pHeterogeneousMode->mode, &vgpu_choices_of(call->gpu, call->gpu_instance)->heterogeneous);
}

/* Branches of the drivers that came to know each capability. */
static const uint32_t DRIVER_CAPABILITY_SINCE[NVML_VGPU_DRIVER_CAP_COUNT] = {525, 560};
static const uint32_t CAPABILITY_SINCE[NVML_DEVICE_VGPU_CAP_COUNT] = {525, 525, 525, 530, 530, 550, 550, 550, 560, 570, 575, 575};

static bool knows(const struct call *call, unsigned capability, const uint32_t *since, unsigned count) {
  return capability < count && call->machine->driver_branch >= since[capability];
}

ANSWER(nvmlGetVgpuDriverCapabilities, nvmlVgpuDriverCapability_t capability, unsigned int *capResult) {
  if (!knows(call, capability, DRIVER_CAPABILITY_SINCE, NVML_VGPU_DRIVER_CAP_COUNT)) return NVML_ERROR_INVALID_ARGUMENT;
  if (!machine_hosts_vgpus(call->machine)) return NVML_ERROR_NOT_SUPPORTED;
  *capResult = capability == NVML_VGPU_DRIVER_CAP_WARM_UPDATE ? call->machine->vgpus.warm_update : call->machine->vgpus.mixed_types_per_vm;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetVgpuCapabilities, nvmlDeviceVgpuCapability_t capability, unsigned int *capResult) {
  if (!knows(call, capability, CAPABILITY_SINCE, NVML_DEVICE_VGPU_CAP_COUNT)) return NVML_ERROR_INVALID_ARGUMENT;
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  return put_u32(capResult, call->gpu->vgpu.capabilities[capability]);
}

static bool can_be_chosen(unsigned capability) {
  return capability == NVML_DEVICE_VGPU_CAP_MINI_QUARTER_GPU || capability == NVML_DEVICE_VGPU_CAP_COMPUTE_MEDIA_ENGINE_GPU || capability == NVML_DEVICE_VGPU_CAP_MIG_TIMESLICING_ENABLED;
}

ANSWER(nvmlDeviceSetVgpuCapabilities, nvmlDeviceVgpuCapability_t capability, nvmlEnableState_t state) {
  if (!knows(call, capability, CAPABILITY_SINCE, NVML_DEVICE_VGPU_CAP_COUNT) || (unsigned)state > NVML_FEATURE_ENABLED) return NVML_ERROR_INVALID_ARGUMENT;
  uint32_t *chosen = &call->gpu->vgpu.capabilities[capability];
  if (!vgpu_is_host(call) || !can_be_chosen(capability) || *chosen == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  if (capability == NVML_DEVICE_VGPU_CAP_MIG_TIMESLICING_ENABLED && !vgpu_slices_instances(call)) return NVML_ERROR_NOT_SUPPORTED;
  *chosen = state;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceVgpuForceGspUnload) {
  if (!vgpu_is_host(call) || call->gpu->vgpu.gsp_loaded == UNSUPPORTED_U32 || vgpus_run_on(call->machine, call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->vgpu.gsp_loaded = 0;
  return NVML_SUCCESS;
}
