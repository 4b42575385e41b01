/* Which vGPU types a GPU makes, and where on it. */
#include "vgpu.h"

enum { PLACEMENTS_BY_MODE_BRANCH = 570 }; /* drivers before know the first version of the struct only */

ANSWER(nvmlDeviceGetSupportedVgpus, unsigned int *vgpuCount, nvmlVgpuTypeId_t *vgpuTypeIds) {
  uint32_t ids[VGPU_TYPES_MAX];
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  return vgpu_put_numbers(vgpuCount, vgpuTypeIds, ids, vgpu_list_types(call, false, NULL, ids));
}

ANSWER(nvmlDeviceGetCreatableVgpus, unsigned int *vgpuCount, nvmlVgpuTypeId_t *vgpuTypeIds) {
  uint32_t ids[VGPU_TYPES_MAX];
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  return vgpu_put_numbers(vgpuCount, vgpuTypeIds, ids, vgpu_list_types(call, true, NULL, ids));
}

ANSWER(nvmlGpuInstanceGetCreatableVgpus, nvmlVgpuTypeIdInfo_v1_t *pVgpus) {
  uint32_t ids[VGPU_TYPES_MAX];
  const struct vgpu_region region = vgpu_region_of(call);
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  return vgpu_put_numbers(&pVgpus->vgpuCount, pVgpus->vgpuTypeIds, ids, vgpu_list_types(call, true, &region, ids));
}

/* The first version knows mixed sizes only. */
static bool wants_heterogeneous(const nvmlVgpuPlacementList_v2_t *list) {
  return list->version != nvmlVgpuPlacementList_v2 || list->mode == NVML_VGPU_PGPU_HETEROGENEOUS_MODE;
}

static nvmlReturn_t placements_can_be_told(const struct call *call, const nvmlVgpuPlacementList_v2_t *list) {
  const struct vgpu_host *host = &call->gpu->vgpu;
  if (list->version == nvmlVgpuPlacementList_v2 && call->machine->driver_branch < PLACEMENTS_BY_MODE_BRANCH) return NVML_ERROR_ARGUMENT_VERSION_MISMATCH;
  if (!vgpu_is_host(call) || call->gpu->mig.mode == 1) return NVML_ERROR_NOT_SUPPORTED;
  if (!vgpu_type_is_supported(call->gpu, call->vgpu_type)) return NVML_ERROR_INVALID_ARGUMENT;
  if (list->version == nvmlVgpuPlacementList_v2 && list->mode > NVML_VGPU_PGPU_HOMOGENEOUS_MODE) return NVML_ERROR_INVALID_ARGUMENT;
  if (call->vgpu_type->gpu_instance_profile != UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  return host->capabilities[wants_heterogeneous(list) ? VGPU_MIXED_SIZES : VGPU_EQUAL_SIZE_PLACEMENTS] == 1 ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

static nvmlReturn_t put_placements(const struct call *call, nvmlVgpuPlacementList_v2_t *list, bool free) {
  uint32_t places[VGPU_PLACEMENTS_MAX];
  const struct vgpu_region whole = vgpu_whole(call->gpu);
  const unsigned count = vgpu_placements(call->machine, &whole, call->vgpu_type, wants_heterogeneous(list), free, places);
  list->placementSize = call->vgpu_type->placement_size;
  return vgpu_put_numbers(&list->count, list->placementIds, places, count);
}

ANSWER(nvmlDeviceGetVgpuTypeSupportedPlacements, nvmlVgpuPlacementList_v2_t *pPlacementList) {
  const nvmlReturn_t status = placements_can_be_told(call, pPlacementList);
  return status == NVML_SUCCESS ? put_placements(call, pPlacementList, false) : status;
}

/* What can be made depends on the mode that the GPU is in. */
ANSWER(nvmlDeviceGetVgpuTypeCreatablePlacements, nvmlVgpuPlacementList_v2_t *pPlacementList) {
  const nvmlReturn_t status = placements_can_be_told(call, pPlacementList);
  if (status != NVML_SUCCESS) return status;
  if (wants_heterogeneous(pPlacementList) != (call->gpu->vgpu.heterogeneous == 1)) return NVML_ERROR_NOT_SUPPORTED;
  if (vgpu_type_is_creatable(call->machine, call->gpu, call->vgpu_type)) return put_placements(call, pPlacementList, true);
  pPlacementList->placementSize = call->vgpu_type->placement_size;
  pPlacementList->count = 0;
  return NVML_SUCCESS;
}

ANSWER(nvmlGpuInstanceGetVgpuTypeCreatablePlacements, nvmlVgpuCreatablePlacementInfo_v1_t *pCreatablePlacementInfo) {
  uint32_t places[VGPU_PLACEMENTS_MAX];
  const struct vgpu_region region = vgpu_region_of(call);
  const struct vgpu_type *type = vgpu_type_of(call->machine, pCreatablePlacementInfo->vgpuTypeId);
  if (!vgpu_slices_instances(call)) return NVML_ERROR_NOT_SUPPORTED;
  if (!type || !vgpu_type_is_supported(call->gpu, type)) return NVML_ERROR_INVALID_ARGUMENT;
  const bool heterogeneous = vgpu_region_is_heterogeneous(&region);
  const unsigned count = vgpu_type_is_creatable_in(call->machine, &region, type) ? vgpu_placements(call->machine, &region, type, heterogeneous, true, places) : 0;
  pCreatablePlacementInfo->placementSize = type->placement_size;
  return vgpu_put_numbers(&pCreatablePlacementInfo->count, pCreatablePlacementInfo->placementIds, places, count);
}
