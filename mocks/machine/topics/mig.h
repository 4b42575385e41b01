/* MIG: mode, profiles, GPU instances, compute instances. */
#ifndef GPUWRIGHT_TOPIC_MIG_H
#define GPUWRIGHT_TOPIC_MIG_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct gpu;

enum {
  MIG_PROFILES_MAX = 12,
  GPU_INSTANCES_MAX = 8,    /* each takes a memory slice, of which no product has more */
  MIG_DEVICES_MAX = 8,      /* each takes a compute slice */
  MIG_UUID_BYTES = 64
};
#define MIG_ANYWHERE UINT32_MAX

/* In the order in which drivers came to know them. */
enum gpu_profile_kind {
  GPU_1_SLICE, GPU_2_SLICE, GPU_3_SLICE, GPU_4_SLICE, GPU_7_SLICE, GPU_8_SLICE, GPU_6_SLICE, GPU_1_SLICE_REV1, GPU_2_SLICE_REV1,
  GPU_1_SLICE_REV2, GPU_1_SLICE_GFX, GPU_2_SLICE_GFX, GPU_4_SLICE_GFX, GPU_1_SLICE_NO_ME, GPU_2_SLICE_NO_ME, GPU_1_SLICE_ALL_ME,
  GPU_2_SLICE_ALL_ME, GPU_3_SLICE_GFX, GPU_PROFILE_KINDS
};
enum compute_profile_kind {
  COMPUTE_1_SLICE, COMPUTE_2_SLICE, COMPUTE_3_SLICE, COMPUTE_4_SLICE, COMPUTE_7_SLICE, COMPUTE_8_SLICE, COMPUTE_6_SLICE,
  COMPUTE_1_SLICE_REV1, COMPUTE_7_SLICE_NVL, COMPUTE_PROFILE_KINDS
};

/* A size that the product can be cut into. */
struct gpu_profile {
  uint32_t kind;
  uint32_t id; /* as people name it; UNSUPPORTED_U32: no profile here */
  uint32_t slices, instances, multiprocessors, copy_engines, decoders, encoders, jpegs, ofas;
  uint32_t memory_megabytes;
  uint32_t memory_slices, places; /* places are side by side, from 0 */
  char name[24];
};

struct gpu_instance {
  uint64_t serial, used_bytes;
  uint32_t profile; /* its id; UNSUPPORTED_U32: no instance here. Written last, so that an instance is whole or not there */
  uint32_t start;   /* its first memory slice */
};

struct compute_instance {
  uint64_t serial;
  uint32_t gpu_instance; /* its place in the list */
  uint32_t id;           /* within the GPU instance */
  uint32_t profile;      /* enum compute_profile_kind; as above */
  uint32_t start;        /* its first compute slice within the GPU instance */
};

/* What a compute instance is to those who look for devices. */
struct mig_device {
  struct compute_instance compute;
};

struct mig {
  uint32_t mode, pending;
  uint32_t resetless;         /* the mode changes without a reset, and lasts no longer than the driver stays loaded */
  uint32_t tells_before_mode; /* profiles can be asked for while the mode is off */
  uint32_t driver_generation; /* of the driver that took the GPU up; 0: before the first boot */
  uint64_t last_serial;
  struct gpu_profile profiles[MIG_PROFILES_MAX];
  struct gpu_instance gpu_instances[GPU_INSTANCES_MAX];
  struct mig_device devices[MIG_DEVICES_MAX];
};

extern const struct topic mig_topic;

/* topics/mig.c: what became of a change of mode. */
enum mig_activation { MIG_IS_ACTIVE, MIG_IN_USE, MIG_AWAITS_RESET };
/* `own_clients`: how many of the clients are the caller's. */
enum mig_activation mig_set_mode(struct machine *machine, struct gpu *gpu, bool on, unsigned own_clients);

/* mig-profiles.c */
const struct gpu_profile *gpu_profile_by_id(const struct mig *mig, uint32_t id);
const struct gpu_profile *gpu_profile_by_kind(const struct mig *mig, uint32_t kind);
unsigned mig_memory_slices(const struct mig *mig);
unsigned mig_compute_slices(const struct mig *mig);

/* A compute instance's profile follows from the GPU instance's. */
struct compute_profile {
  uint32_t slices, step, instances, multiprocessors;
  char name[40];
};
/* False: there is none of this kind in a GPU instance of `profile`. */
bool compute_profile_of(const struct mig *mig, const struct gpu_profile *profile, uint32_t kind, struct compute_profile *out);

/* mig-instances.c. Creating gives NULL where there is no room; `start` may be MIG_ANYWHERE. */
struct gpu_instance *gpu_instance_create(struct mig *mig, const struct gpu_profile *profile, uint32_t start);
struct mig_device *compute_instance_create(struct mig *mig, struct gpu_instance *parent, uint32_t kind, uint32_t start);
/* False: there are compute instances in it. */
bool gpu_instance_destroy(struct mig *mig, struct gpu_instance *instance);
void compute_instance_destroy(struct mig_device *device);
void mig_destroy_all(struct mig *mig);
/* Puts every listed instance to its place anew and gives it what it lacks; false: some found no place and are gone. */
bool mig_settle(struct mig *mig);
unsigned gpu_instance_capacity(const struct mig *mig, const struct gpu_profile *profile);
unsigned compute_instance_capacity(const struct mig *mig, const struct gpu_instance *parent, uint32_t kind);
uint32_t gpu_instance_id(const struct mig *mig, const struct gpu_instance *instance);
const struct gpu_profile *gpu_profile_of(const struct mig *mig, const struct gpu_instance *instance);
const struct gpu_instance *mig_parent(const struct mig *mig, const struct compute_instance *compute);

/* Parts of a GPU by their serial numbers, which are never used again; NULL: there is none (any more). */
struct mig_device *mig_device_of(struct gpu *gpu, uint64_t serial);
struct gpu_instance *gpu_instance_of(struct gpu *gpu, uint64_t serial);
struct compute_instance *compute_instance_of(struct gpu *gpu, uint64_t serial);

/* mig-devices.c */
const struct mig_device *mig_device_at(const struct mig *mig, unsigned index);
/* Its place among those that there are. */
unsigned mig_device_index(const struct mig *mig, const struct mig_device *device);
void mig_device_uuid(const struct machine *machine, const struct gpu *gpu, const struct mig_device *device, char out[MIG_UUID_BYTES]);
const struct mig_device *mig_device_by_uuid(const struct machine *machine, const struct gpu *gpu, const char *uuid);

#endif
