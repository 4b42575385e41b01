/* vGPU on one GPU: mode, types it can make, scheduler. */
#ifndef GPUWRIGHT_TOPIC_VGPU_H
#define GPUWRIGHT_TOPIC_VGPU_H

#include <stdint.h>

struct vgpu_host {
  uint32_t reserved;
};

extern const struct topic vgpu_topic;

#endif
