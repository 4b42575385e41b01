/* vGPU types, and the vGPUs that run. */
#ifndef GPUWRIGHT_TOPIC_VGPUS_H
#define GPUWRIGHT_TOPIC_VGPUS_H

#include <stdbool.h>
#include <stdint.h>
#include "sessions.h"
#include "vgpu.h"

struct failure;

enum {
  VGPU_TYPES_MAX = 128,
  VGPUS_MAX = 128,
  GUEST_PROCESSES_MAX = 8,
  VGPU_PLACEMENTS_MAX = 64,
  NO_PLACEMENT = 0xffff
};

enum vgpu_type_need { NEEDS_NOTHING, NEEDS_MINI_QUARTER, NEEDS_MEDIA_ENGINE };

struct vgpu_type {
  uint32_t id; /* 0: the list ends here */
  char series[16], name[64], class_name[16], license[128];
  uint64_t framebuffer_bytes, reservation_bytes, gsp_heap_bytes, bar1_bytes;
  uint32_t device_id, subsystem_id;
  uint32_t heads, width, height;
  uint32_t frame_rate_limit; /* UNSUPPORTED_U32: not limited */
  uint32_t max_instances, max_instances_per_vm, max_instances_per_gpu_instance;
  uint32_t gpu_instance_profile; /* UNSUPPORTED_U32: time-sliced on the whole GPU */
  uint32_t placement_size;       /* in slots of the GPU */
  uint32_t needs;                /* enum vgpu_type_need: a capability that can be switched off */
  uint32_t nvlink_p2p, gpudirect, multi_vgpu_exclusive, exclusive_type, exclusive_size;
};

struct engine_percents {
  uint32_t sm, memory, encoder, decoder, jpeg, ofa;
};

struct guest_process {
  uint32_t pid; /* 0: free */
  char name[64];
  struct engine_percents busy;
  uint64_t peak_bytes;
  uint64_t started_unix_ms, ended_unix_ms; /* ended 0: it runs */
};

struct vgpu {
  uint32_t type_id; /* 0: the list ends here */
  uint32_t id, gpu;
  char vm_id[80], vm_name[64], uuid[40], mdev_uuid[40];
  uint32_t vm_id_is_uuid;
  char guest_driver[32]; /* empty: the guest has loaded none */
  char pci_id[24];       /* in the guest */
  uint32_t version;      /* of the protocol that guest and host agreed on */
  uint64_t framebuffer_used_bytes, runtime_state_bytes;
  uint32_t license_state;
  struct license_expiry license_expiry;
  uint32_t ecc, frame_rate_limit, encoder_capacity_percent, gpu_instance_id, placement_id;
  struct engine_percents busy;
  uint32_t accounting;
  struct guest_process processes[GUEST_PROCESSES_MAX];
  struct encoder_session encoder_sessions[SESSIONS_MAX];
  struct fbc_session fbc_sessions[SESSIONS_MAX];
};

struct vgpu_versions {
  uint32_t least, most;
};

struct vgpus {
  uint32_t next_id;
  struct vgpu_versions supported, allowed; /* allowed: as an administrator narrowed it until the driver is loaded again */
  uint32_t mixed_types_per_vm, warm_update; /* what the driver can do */
  struct vgpu_type types[VGPU_TYPES_MAX];
  struct vgpu running[VGPUS_MAX];
};

extern const struct topic vgpus_topic;

#define FOR_LIST(element, list, most, used) for (__typeof__(&(list)[0]) element = (list); element < (list) + (most) && element->used != 0; element++)
#define FOR_VGPU_TYPES(type, machine) FOR_LIST(type, (machine)->vgpus.types, VGPU_TYPES_MAX, id)
#define FOR_VGPUS(vgpu, machine) FOR_LIST(vgpu, (machine)->vgpus.running, VGPUS_MAX, type_id)
#define FOR_VGPUS_OF(vgpu, machine, its_gpu) FOR_VGPUS(vgpu, machine) if (&(machine)->gpus[vgpu->gpu] == (its_gpu))

/* By their numbers; NULL: there is none, or no vGPU manager that knows it. */
struct vgpu *vgpu_of(struct machine *machine, uint32_t id);
struct vgpu_type *vgpu_type_of(struct machine *machine, uint32_t id);
const struct vgpu_type *vgpu_its_type(const struct machine *machine, const struct vgpu *vgpu);

/* vgpu-placement.c */
/* Where vGPUs share framebuffer: a GPU, or one of its GPU instances. */
struct vgpu_region {
  struct gpu *gpu;
  uint32_t gpu_instance_id; /* UNSUPPORTED_U32: the whole GPU */
};
struct vgpu_region vgpu_whole(struct gpu *gpu);
/* `gpu` NULL: on any. */
bool vgpus_run_on(const struct machine *machine, const struct gpu *gpu);
/* Framebuffer that the vGPUs of a GPU take of its memory. */
uint64_t vgpus_memory(const struct machine *machine, const struct gpu *gpu);
bool vgpus_run_in(const struct machine *machine, const struct vgpu_region *region);
bool vgpu_region_is_heterogeneous(const struct vgpu_region *region);
/* Of the GPU instances that back the type; UNSUPPORTED_U32: none has room. */
uint32_t vgpu_free_gpu_instance(const struct machine *machine, struct gpu *gpu, const struct vgpu_type *type);
bool vgpu_type_is_supported(const struct gpu *gpu, const struct vgpu_type *type);
bool vgpu_type_is_creatable(const struct machine *machine, struct gpu *gpu, const struct vgpu_type *type);
bool vgpu_type_is_creatable_in(const struct machine *machine, const struct vgpu_region *region, const struct vgpu_type *type);
/* Where a vGPU of this type may begin, or (`free`) may begin now; gives how many. */
unsigned vgpu_placements(const struct machine *machine, const struct vgpu_region *region, const struct vgpu_type *type, bool heterogeneous, bool free,
                         uint32_t out[VGPU_PLACEMENTS_MAX]);

/* vgpu-lifecycle.c */
struct vgpu_wish {
  uint32_t gpu, type_id;
  uint32_t placement_id, gpu_instance_id; /* UNSUPPORTED_U32: whichever is free */
  const char *vm_id, *vm_name, *uuid;     /* NULL: made up */
};
bool vgpu_add(struct machine *machine, const struct vgpu_wish *wish, uint32_t *id, struct failure *failure);
bool vgpu_remove(struct machine *machine, uint32_t id, struct failure *failure);
/* Their VMs are gone with the GPU. */
void vgpus_end(struct machine *machine, const struct gpu *gpu);
/* What a profile left open of a vGPU that runs from the start. */
void vgpu_fill_in(struct machine *machine, struct vgpu *vgpu);

#endif
