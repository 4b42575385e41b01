/* vGPU types and the vGPUs that run. */
#ifndef GPUWRIGHT_TOPIC_VGPUS_H
#define GPUWRIGHT_TOPIC_VGPUS_H

#include <stdint.h>

struct vgpus {
  uint32_t reserved;
};

extern const struct topic vgpus_topic;

struct machine;
struct vgpu;
struct vgpu_type;
/* By their numbers; NULL: there is none. */
struct vgpu *vgpu_of(struct machine *machine, uint32_t id);
struct vgpu_type *vgpu_type_of(struct machine *machine, uint32_t id);

#endif
