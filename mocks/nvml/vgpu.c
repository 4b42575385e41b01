#include "vgpu.h"
#include <string.h>

nvmlReturn_t vgpu_put_numbers(unsigned int *count, unsigned int *out, const uint32_t *found, unsigned how_many) {
  if (!vgpu_has_room(count, how_many)) return NVML_ERROR_INSUFFICIENT_SIZE;
  if (how_many) memcpy(out, found, how_many * sizeof *out);
  return NVML_SUCCESS;
}

nvmlReturn_t vgpu_put_counted_text(char *buffer, unsigned int *size, const char *text) {
  const unsigned room = *size;
  *size = (unsigned)strlen(text) + 1;
  return (nvmlReturn_t)put_text(buffer, room, text);
}

unsigned vgpu_list_types(const struct call *call, bool creatable, const struct vgpu_region *region, uint32_t out[VGPU_TYPES_MAX]) {
  unsigned count = 0;
  FOR_VGPU_TYPES(type, call->machine) {
    if (!vgpu_type_is_supported(call->gpu, type)) continue;
    if (!creatable || (region ? vgpu_type_is_creatable_in(call->machine, region, type) : vgpu_type_is_creatable(call->machine, call->gpu, type))) out[count++] = type->id;
  }
  return count;
}

unsigned vgpu_list_running(const struct call *call, const struct vgpu_region *region, uint32_t out[VGPUS_MAX]) {
  unsigned count = 0;
  FOR_VGPUS_OF(vgpu, call->machine, call->gpu)
    if (!region || vgpu->gpu_instance_id == region->gpu_instance_id) out[count++] = vgpu->id;
  return count;
}

struct vgpu_region vgpu_region_of(const struct call *call) {
  return (struct vgpu_region){.gpu = call->gpu, .gpu_instance_id = gpu_instance_id(&call->gpu->mig, call->gpu_instance)};
}

bool vgpu_slices_instances(const struct call *call) { return vgpu_is_host(call) && call->gpu->vgpu.capabilities[VGPU_MIG_TIMESLICING] == 1; }
