/* What the answers about vGPUs have in common. */
#ifndef GPUWRIGHT_NVML_VGPU_H
#define GPUWRIGHT_NVML_VGPU_H

#include "api.h"
#include "attributes.h"

/* The vGPU manager has taken the GPU; without it nothing about vGPUs is supported. */
static inline bool vgpu_is_host(const struct call *call) { return gpu_hosts_vgpus(call->gpu); }

/* True: there is room for `found` elements. Either way the caller is told how many there are. */
static inline bool vgpu_has_room(unsigned int *count, unsigned found) {
  const unsigned room = *count;
  *count = found;
  return found <= room;
}

nvmlReturn_t vgpu_put_numbers(unsigned int *count, unsigned int *out, const uint32_t *found, unsigned how_many);
/* Into a buffer that says how long it is and is told how long it must be. */
nvmlReturn_t vgpu_put_counted_text(char *buffer, unsigned int *size, const char *text);

/* The ids of a GPU's types, all or those that can be made now, in `region` (NULL: anywhere on it). */
unsigned vgpu_list_types(const struct call *call, bool creatable, const struct vgpu_region *region, uint32_t out[VGPU_TYPES_MAX]);
/* The ids of the vGPUs on a GPU, or in one of its GPU instances. */
unsigned vgpu_list_running(const struct call *call, const struct vgpu_region *region, uint32_t out[VGPUS_MAX]);
/* Of the GPU instance that is asked for. */
struct vgpu_region vgpu_region_of(const struct call *call);
/* Time-sliced vGPUs inside GPU instances, which few products have. */
bool vgpu_slices_instances(const struct call *call);

#endif
