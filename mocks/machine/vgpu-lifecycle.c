/* vGPUs come and go with their VMs. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"

enum { NS_PER_MS = 1000000, UUID_CHARACTERS = 36 };
static const uint32_t FIRST_ID = 3251634200u;

/* The same seed of a machine gives the same UUIDs: they follow from the GPU's and the vGPU's number. */
static void derive_uuid(char out[40], const struct gpu *gpu, uint32_t id, uint64_t salt) {
  uint64_t halves[2];
  for (unsigned half = 0; half < 2; half++) {
    uint64_t hash = 0xcbf29ce484222325u ^ (salt * 2 + half); /* FNV-1a */
    for (const char *at = gpu->board.uuid; *at; at++) hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    for (unsigned byte = 0; byte < 4; byte++) hash = (hash ^ (id >> 8 * byte & 0xff)) * 0x100000001b3u;
    halves[half] = hash;
  }
  snprintf(out, 40, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(halves[0] >> 32), (unsigned)(halves[0] >> 16 & 0xffff), (unsigned)(halves[0] & 0xfff),
           (unsigned)(0x8000 | (halves[1] >> 48 & 0x3fff)), (unsigned long long)(halves[1] & 0xffffffffffffu));
}

uint64_t vgpus_memory(const struct machine *machine, const struct gpu *gpu) {
  uint64_t bytes = 0;
  FOR_VGPUS_OF(vgpu, machine, gpu) {
    const struct vgpu_type *type = vgpu_its_type(machine, vgpu);
    if (type) bytes += type->framebuffer_bytes;
  }
  return bytes;
}

static uint32_t free_placement(struct machine *machine, const struct vgpu *vgpu, const struct vgpu_type *type) {
  const struct vgpu_region region = {.gpu = &machine->gpus[vgpu->gpu], .gpu_instance_id = vgpu->gpu_instance_id};
  uint32_t free[VGPU_PLACEMENTS_MAX];
  return vgpu_placements(machine, &region, type, vgpu_region_is_heterogeneous(&region), true, free) > 0 ? free[0] : UNSUPPORTED_U32;
}

void vgpu_fill_in(struct machine *machine, struct vgpu *vgpu) {
  const struct gpu *gpu = &machine->gpus[vgpu->gpu];
  const struct vgpu_type *type = vgpu_its_type(machine, vgpu);
  struct vgpus *vgpus = &machine->vgpus;
  if (!type) return;
  if (vgpus->next_id == 0) vgpus->next_id = FIRST_ID;
  if (vgpu->id == 0) vgpu->id = vgpus->next_id;
  if (vgpu->id >= vgpus->next_id) vgpus->next_id = vgpu->id + 1;
  if (vgpu->version == 0) vgpu->version = vgpus->allowed.most;
  if (!vgpu->uuid[0]) derive_uuid(vgpu->uuid, gpu, vgpu->id, 1);
  if (!vgpu->mdev_uuid[0]) derive_uuid(vgpu->mdev_uuid, gpu, vgpu->id, 2);
  if (!vgpu->vm_id[0]) {
    derive_uuid(vgpu->vm_id, gpu, vgpu->id, 3);
    vgpu->vm_id_is_uuid = 1;
  }
  if (vgpu->placement_id == UNSUPPORTED_U32) vgpu->placement_id = free_placement(machine, vgpu, type);
  if (vgpu->ecc == UNSUPPORTED_U32 && gpu_has_ecc(gpu)) vgpu->ecc = gpu_ecc_is_on(gpu);
  if (vgpu->frame_rate_limit == UNSUPPORTED_U32) vgpu->frame_rate_limit = type->frame_rate_limit;
  if (vgpu->runtime_state_bytes == 0) vgpu->runtime_state_bytes = type->reservation_bytes + vgpu->framebuffer_used_bytes;
  for (unsigned i = 0; i < GUEST_PROCESSES_MAX; i++)
    if (vgpu->processes[i].pid && vgpu->processes[i].started_unix_ms == 0) vgpu->processes[i].started_unix_ms = (uint64_t)(machine_now_ns(machine) / NS_PER_MS);
}

static bool copy_text(char *out, size_t size, const char *option, const char *text, struct failure *failure) {
  if (!text) return true;
  if (strlen(text) >= size) return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is longer than %zu characters: shorten it", option, text, size - 1);
  memcpy(out, text, strlen(text) + 1);
  return true;
}

static bool placement_is_free(const struct machine *machine, const struct vgpu_region *region, const struct vgpu_type *type, uint32_t placement) {
  uint32_t free[VGPU_PLACEMENTS_MAX];
  const unsigned count = vgpu_placements(machine, region, type, vgpu_region_is_heterogeneous(region), true, free);
  for (unsigned i = 0; i < count; i++)
    if (free[i] == placement) return true;
  return placement == UNSUPPORTED_U32;
}

/* The GPU for a time-sliced type; the named GPU instance, or the first with room, for one that MIG backs. */
static bool find_region(struct machine *machine, const struct vgpu_wish *wish, const struct vgpu_type *type, struct vgpu_region *region) {
  *region = vgpu_whole(&machine->gpus[wish->gpu]);
  if (wish->gpu_instance_id != UNSUPPORTED_U32) region->gpu_instance_id = wish->gpu_instance_id;
  else if (type->gpu_instance_profile != UNSUPPORTED_U32) region->gpu_instance_id = vgpu_free_gpu_instance(machine, region->gpu, type);
  return vgpu_type_is_creatable_in(machine, region, type) && placement_is_free(machine, region, type, wish->placement_id);
}

bool vgpu_add(struct machine *machine, const struct vgpu_wish *wish, uint32_t *id, struct failure *failure) {
  const struct gpu *gpu = &machine->gpus[wish->gpu];
  const struct vgpu_type *type = NULL;
  struct vgpu_region region;
  struct vgpu made = {.gpu = wish->gpu,
                      .placement_id = wish->placement_id,
                      .ecc = UNSUPPORTED_U32,
                      .frame_rate_limit = UNSUPPORTED_U32,
                      .encoder_capacity_percent = 100};
  FOR_VGPU_TYPES(each, machine)
    if (each->id == wish->type_id) type = each;
  if (!gpu_hosts_vgpus(gpu) || gpu->lost || !machine->driver_loaded)
    return refuse(failure, "INVALID_INPUT", "vgpu: GPU %u hosts no vGPUs: set its vgpu.mode to vgpu-host first", wish->gpu);
  if (!type || !vgpu_type_is_supported(gpu, type))
    return refuse(failure, "INVALID_INPUT", "vgpu: GPU %u does not make vGPUs of type %u: choose one of its own", wish->gpu, wish->type_id);
  if (!find_region(machine, wish, type, &region))
    return refuse(failure, "INVALID_INPUT", "vgpu: GPU %u has no room for another %s: remove vGPUs, or choose a type of the size that runs", wish->gpu, type->name);
  made.gpu_instance_id = region.gpu_instance_id;
  if (!copy_text(made.vm_id, sizeof made.vm_id, "--vm-id", wish->vm_id, failure) || !copy_text(made.vm_name, sizeof made.vm_name, "--vm", wish->vm_name, failure) ||
      !copy_text(made.uuid, sizeof made.uuid, "--uuid", wish->uuid, failure))
    return false;
  made.vm_id_is_uuid = strlen(made.vm_id) == UUID_CHARACTERS;
  made.type_id = type->id;
  vgpu_fill_in(machine, &made);
  *id = made.id;
  struct vgpu *vgpu = machine->vgpus.running;
  while (vgpu->type_id != 0) vgpu++; /* a type that can be made has found room in the table */
  made.type_id = 0;
  *vgpu = made;
  vgpu->type_id = type->id; /* last: a vGPU is whole or not there */
  return true;
}

static void end(struct machine *machine, struct vgpu *vgpu) {
  struct vgpu *last = &machine->vgpus.running[VGPUS_MAX - 1];
  memmove(vgpu, vgpu + 1, (size_t)(last - vgpu) * sizeof *vgpu);
  memset(last, 0, sizeof *last);
}

bool vgpu_remove(struct machine *machine, uint32_t id, struct failure *failure) {
  FOR_VGPUS(vgpu, machine) {
    if (vgpu->id != id) continue;
    end(machine, vgpu);
    return true;
  }
  return refuse(failure, "INVALID_INPUT", "vgpu: no vGPU %u runs: the attributes vgpus.running.#.id name those that do", id);
}

void vgpus_end(struct machine *machine, const struct gpu *gpu) {
  struct vgpu *vgpu = machine->vgpus.running;
  while (vgpu < machine->vgpus.running + VGPUS_MAX && vgpu->type_id != 0) {
    if (&machine->gpus[vgpu->gpu] == gpu) end(machine, vgpu);
    else vgpu++;
  }
}
