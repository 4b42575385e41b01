/* MIG: mode, GPU instances, compute instances. */
#ifndef GPUWRIGHT_TOPIC_MIG_H
#define GPUWRIGHT_TOPIC_MIG_H

#include <stdint.h>

struct mig {
  uint32_t reserved;
};

extern const struct topic mig_topic;

struct gpu;
/* Parts of a GPU by their serial numbers, which are never used again; NULL: there is none (any more). */
struct mig_device;
struct gpu_instance;
struct compute_instance;
struct mig_device *mig_device_of(struct gpu *gpu, uint64_t serial);
struct gpu_instance *gpu_instance_of(struct gpu *gpu, uint64_t serial);
struct compute_instance *compute_instance_of(struct gpu *gpu, uint64_t serial);

#endif
