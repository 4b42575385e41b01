/* Which vGPUs fit beside those that run: one size only, unless the GPU is in heterogeneous mode. */
#include <string.h>
#include "attributes.h"
#include "machine.h"

struct vgpu_region vgpu_whole(struct gpu *gpu) { return (struct vgpu_region){.gpu = gpu, .gpu_instance_id = UNSUPPORTED_U32}; }

static bool has_capability(const struct gpu *gpu, enum vgpu_capability capability) { return gpu->vgpu.capabilities[capability] == 1; }

bool vgpu_type_is_supported(const struct gpu *gpu, const struct vgpu_type *type) {
  if (!gpu_hosts_vgpus(gpu) || strcmp(gpu->vgpu.series, type->series) != 0) return false;
  switch (type->needs) {
    case NEEDS_MINI_QUARTER:
      return has_capability(gpu, VGPU_MINI_QUARTER);
    case NEEDS_MEDIA_ENGINE:
      return has_capability(gpu, VGPU_MEDIA_ENGINE);
    default:
      return true;
  }
}

static bool is_in(const struct machine *machine, const struct vgpu *vgpu, const struct vgpu_region *region) {
  return &machine->gpus[vgpu->gpu] == region->gpu && vgpu->gpu_instance_id == region->gpu_instance_id;
}

bool vgpus_run_on(const struct machine *machine, const struct gpu *gpu) {
  FOR_VGPUS_OF(vgpu, machine, gpu) return true;
  return false;
}

bool vgpus_run_in(const struct machine *machine, const struct vgpu_region *region) {
  FOR_VGPUS(vgpu, machine)
    if (is_in(machine, vgpu, region)) return true;
  return false;
}

static uint32_t slots(const struct vgpu_type *type) { return type->placement_size ? type->placement_size : 1; }

static bool is_free(const struct machine *machine, const struct vgpu_region *region, uint32_t first, uint32_t size) {
  FOR_VGPUS(vgpu, machine) {
    const struct vgpu_type *type = vgpu_its_type(machine, vgpu);
    if (type && is_in(machine, vgpu, region) && vgpu->placement_id < first + size && first < vgpu->placement_id + slots(type)) return false;
  }
  return true;
}

static uint32_t most_in(const struct vgpu_region *region, const struct vgpu_type *type, bool heterogeneous) {
  if (region->gpu_instance_id != UNSUPPORTED_U32) return type->max_instances_per_gpu_instance;
  return heterogeneous ? region->gpu->vgpu.placement_slots / slots(type) : type->max_instances;
}

unsigned vgpu_placements(const struct machine *machine, const struct vgpu_region *region, const struct vgpu_type *type, bool heterogeneous, bool free,
                         uint32_t out[VGPU_PLACEMENTS_MAX]) {
  unsigned count = 0;
  const uint32_t most = most_in(region, type, heterogeneous), size = slots(type);
  for (uint32_t nth = 0; nth < most && count < VGPU_PLACEMENTS_MAX; nth++)
    if (!free || is_free(machine, region, nth * size, size)) out[count++] = nth * size;
  return count;
}

bool vgpu_region_is_heterogeneous(const struct vgpu_region *region) {
  if (region->gpu_instance_id == UNSUPPORTED_U32) return region->gpu->vgpu.heterogeneous;
  const struct gpu_instance *instance = gpu_instance_by_id(region->gpu, region->gpu_instance_id);
  return instance && vgpu_choices_of(region->gpu, instance)->heterogeneous;
}

static bool goes_with_the_others(const struct machine *machine, const struct vgpu_region *region, const struct vgpu_type *type) {
  FOR_VGPUS(vgpu, machine) {
    const struct vgpu_type *other = vgpu_its_type(machine, vgpu);
    if (!other || other == type || !is_in(machine, vgpu, region)) continue;
    if (other->framebuffer_bytes != type->framebuffer_bytes || !has_capability(region->gpu, VGPU_MIXED_TYPES)) return false;
  }
  return true;
}

/* Time-sliced types share the whole GPU, which is not cut into instances then; the others need an instance of their profile. */
static bool backs(const struct vgpu_region *region, const struct vgpu_type *type) {
  const bool mig = region->gpu->mig.mode == 1;
  if (region->gpu_instance_id == UNSUPPORTED_U32) return !mig && type->gpu_instance_profile == UNSUPPORTED_U32;
  const struct gpu_instance *instance = gpu_instance_by_id(region->gpu, region->gpu_instance_id);
  return mig && instance && instance->profile == type->gpu_instance_profile;
}

bool vgpu_type_is_creatable_in(const struct machine *machine, const struct vgpu_region *region, const struct vgpu_type *type) {
  uint32_t free[VGPU_PLACEMENTS_MAX];
  if (!vgpu_type_is_supported(region->gpu, type) || !backs(region, type) || machine->vgpus.running[VGPUS_MAX - 1].type_id != 0) return false;
  const bool heterogeneous = vgpu_region_is_heterogeneous(region);
  return (heterogeneous || goes_with_the_others(machine, region, type)) && vgpu_placements(machine, region, type, heterogeneous, true, free) > 0;
}

uint32_t vgpu_free_gpu_instance(const struct machine *machine, struct gpu *gpu, const struct vgpu_type *type) {
  for (unsigned i = 0; i < GPU_INSTANCES_MAX; i++) {
    const struct gpu_instance *instance = &gpu->mig.gpu_instances[i];
    if (instance->profile == UNSUPPORTED_U32) continue;
    const struct vgpu_region region = {.gpu = gpu, .gpu_instance_id = gpu_instance_id(&gpu->mig, instance)};
    if (vgpu_type_is_creatable_in(machine, &region, type)) return region.gpu_instance_id;
  }
  return UNSUPPORTED_U32;
}

bool vgpu_type_is_creatable(const struct machine *machine, struct gpu *gpu, const struct vgpu_type *type) {
  const struct vgpu_region whole = vgpu_whole(gpu);
  return vgpu_type_is_creatable_in(machine, &whole, type) || vgpu_free_gpu_instance(machine, gpu, type) != UNSUPPORTED_U32;
}
