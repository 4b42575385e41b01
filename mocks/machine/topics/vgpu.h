/* vGPU on one GPU: mode, what it can do, scheduler, licenses. */
#ifndef GPUWRIGHT_TOPIC_VGPU_H
#define GPUWRIGHT_TOPIC_VGPU_H

#include <stdbool.h>
#include <stdint.h>
#include "mig.h"

struct vgpu;

enum { LICENSABLE_FEATURES_MAX = 3 };

/* What the GPU is to its operating system. Only the two hosts can be changed into each other. */
enum virtualization_mode { VIRTUALIZATION_NONE, VIRTUALIZATION_PASSTHROUGH, VIRTUALIZATION_GUEST, VIRTUALIZATION_VGPU_HOST, VIRTUALIZATION_VSGA_HOST };

/* In the order of nvmlDeviceVgpuCapability_t. */
enum vgpu_capability {
  VGPU_FRACTIONAL_MULTI,
  VGPU_MIXED_TYPES,
  VGPU_MIXED_SIZES,
  VGPU_READ_BANDWIDTH,
  VGPU_WRITE_BANDWIDTH,
  VGPU_STREAMING,
  VGPU_MINI_QUARTER,
  VGPU_MEDIA_ENGINE,
  VGPU_WARM_UPDATE,
  VGPU_EQUAL_SIZE_PLACEMENTS,
  VGPU_MIG_TIMESLICING,
  VGPU_MIG_TIMESLICING_ENABLED,
  VGPU_CAPABILITIES
};

enum scheduler_policy { SCHEDULER_UNKNOWN, SCHEDULER_BEST_EFFORT, SCHEDULER_EQUAL_SHARE, SCHEDULER_FIXED_SHARE };
enum scheduler_arr { ARR_DEFAULT, ARR_DISABLED, ARR_ENABLED }; /* adaptive round robin */

struct vgpu_scheduler {
  uint32_t policy, arr, average_factor, timeslice_ns;
};

struct vgpu_scheduler_limits {
  uint32_t timeslice_least_ns, timeslice_most_ns;
  uint32_t arr; /* the product has it */
  uint32_t frequency_least_hz, frequency_most_hz;
  uint32_t average_factor_least, average_factor_most;
};

struct license_expiry {
  uint32_t status; /* of NVML_GRID_LICENSE_EXPIRY_* */
  uint64_t unix_seconds;
};

struct licensable_feature {
  uint32_t code; /* nvmlGridLicenseFeatureCode_t; 0: there is none */
  uint32_t state, enabled;
  char license[128], product[128];
  struct license_expiry expiry;
};

/* What was chosen for the time-sliced vGPUs of one GPU instance; void once another instance has its place. */
struct vgpu_gpu_instance {
  uint64_t serial;
  struct vgpu_scheduler scheduler;
  uint32_t heterogeneous;
};

struct vgpu_host {
  uint32_t mode, sr_iov;
  char series[16]; /* of the vGPU types that it can make; empty: the product is none for vGPUs */
  uint32_t capabilities[VGPU_CAPABILITIES];
  uint32_t heterogeneous;   /* vGPUs of different sizes side by side */
  uint32_t placement_slots; /* into which its framebuffer is divided then */
  uint32_t gsp_loaded;
  struct vgpu_scheduler scheduler;
  struct vgpu_scheduler_limits scheduler_limits;
  struct vgpu_gpu_instance gpu_instances[GPU_INSTANCES_MAX];
  struct licensable_feature features[LICENSABLE_FEATURES_MAX];
  uint32_t driver_generation; /* that the scheduler was last set under */
};

extern const struct topic vgpu_topic;
extern const char *const LICENSE_EXPIRIES[];

bool gpu_hosts_vgpus(const struct gpu *gpu);
/* Any of its GPUs does: the vGPU manager runs. */
bool machine_hosts_vgpus(const struct machine *machine);

/* vgpu-gpu-instances.c */
struct gpu_instance *gpu_instance_by_id(struct gpu *gpu, uint32_t id);
struct vgpu_gpu_instance *vgpu_choices_of(struct gpu *gpu, const struct gpu_instance *instance);

/* vgpu-scheduler.c */
struct scheduler_wish {
  uint32_t policy, arr;
  uint32_t average_factor, frequency_hz; /* with ARR; 0: the default */
  uint32_t timeslice_ns;                 /* without; 0: the default */
};
struct scheduler_entry {
  uint64_t time_ns, run_ns, run_total_ns;
  uint32_t runlist, timeslice_ns;
};
struct vgpu_scheduler scheduler_default(void);
/* False: out of the product's limits; nothing is changed then. */
bool scheduler_set(const struct vgpu_scheduler_limits *limits, const struct scheduler_wish *wish, struct vgpu_scheduler *scheduler);
/* The newest slices that the vGPUs of a GPU (UNSUPPORTED_U32), or of one of its GPU instances, have run, oldest first; gives how many. */
unsigned scheduler_log(const struct machine *machine, const struct gpu *gpu, uint32_t gpu_instance_id, const struct vgpu_scheduler *scheduler, struct scheduler_entry *out, unsigned most);

#endif
