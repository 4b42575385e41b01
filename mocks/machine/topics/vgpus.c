#include "vgpus.h"
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"

/* Oldest and newest protocol between guest and vGPU manager that the manager speaks. */
enum { OLDEST_VERSION = 0x70001, NEWEST_VERSION = 0x150001 };

static const char *const NEEDS[] = {"nothing", "mini-quarter", "media-engine", NULL};
static const char *const VM_ID_KINDS[] = {"domain-id", "uuid", NULL};
static const char *const LICENSE_STATES[] = {"unknown", "uninitialized", "unlicensed-unrestricted", "unlicensed-restricted", "unlicensed", "licensed", NULL};

#define OF_HOST(words, how, field) {.name = words, .kind = ATTRIBUTE_##how, ATTRIBUTE_AT(struct vgpus, field)}
#define OF_TYPE(words, how, field) .name = "type.#." words, .kind = ATTRIBUTE_##how, ATTRIBUTE_EACH(struct vgpus, types, .field)
#define OF_VGPU(words, how, field) .name = "running.#." words, .kind = ATTRIBUTE_##how, ATTRIBUTE_EACH(struct vgpus, running, .field)
#define BUSY(words, field) {OF_VGPU(words, U32, busy.field), .most = 100}
/* Of one of a vGPU's lists. */
#define OF_ITS(words, how, list, field)                                                                                          \
  .name = "running.#." words, .kind = ATTRIBUTE_##how, .offset = offsetof(struct vgpus, running[0].list[0].field),               \
  .size = sizeof ((struct vgpus *)0)->running[0].list[0].field,                                                                  \
  .counts = {VGPUS_MAX, sizeof ((struct vgpu *)0)->list / sizeof *((struct vgpu *)0)->list}, .strides = {sizeof(struct vgpu), sizeof *((struct vgpu *)0)->list}
#define OF_PROCESS(words, how, field) OF_ITS("process.#." words, how, processes, field)
#define OF_ENCODER(words, how, field) OF_ITS("encoder-session.#." words, how, encoder_sessions, field)
#define OF_FBC(words, how, field) OF_ITS("fbc-session.#." words, how, fbc_sessions, field)

static const struct attribute ATTRIBUTES[] = {
    OF_HOST("version.supported-least", U32, supported.least),
    OF_HOST("version.supported-most", U32, supported.most),
    OF_HOST("version.allowed-least", U32, allowed.least),
    OF_HOST("version.allowed-most", U32, allowed.most),
    OF_HOST("mixed-types-per-vm", SWITCH, mixed_types_per_vm),
    OF_HOST("warm-update", SWITCH, warm_update),

    {OF_TYPE("id", U32, id), .fixed = true},
    {OF_TYPE("series", TEXT, series), .fixed = true},
    {OF_TYPE("name", TEXT, name)},
    {OF_TYPE("class", TEXT, class_name)},
    {OF_TYPE("license", TEXT, license)},
    {OF_TYPE("framebuffer-bytes", U64, framebuffer_bytes)},
    {OF_TYPE("reservation-bytes", U64, reservation_bytes)},
    {OF_TYPE("gsp-heap-bytes", U64, gsp_heap_bytes)},
    {OF_TYPE("bar1-bytes", U64, bar1_bytes)},
    {OF_TYPE("device-id", U32, device_id)},
    {OF_TYPE("subsystem-id", U32, subsystem_id)},
    {OF_TYPE("heads", U32, heads)},
    {OF_TYPE("width", U32, width)},
    {OF_TYPE("height", U32, height)},
    {OF_TYPE("frame-rate-limit", U32, frame_rate_limit), .optional = true},
    {OF_TYPE("max-instances", U32, max_instances), .most = VGPU_PLACEMENTS_MAX},
    {OF_TYPE("max-instances-per-vm", U32, max_instances_per_vm)},
    {OF_TYPE("max-instances-per-gpu-instance", U32, max_instances_per_gpu_instance), .most = VGPU_PLACEMENTS_MAX},
    {OF_TYPE("gpu-instance-profile", U32, gpu_instance_profile), .optional = true},
    {OF_TYPE("placement-size", U32, placement_size), .most = VGPU_PLACEMENTS_MAX},
    {OF_TYPE("needs", CHOICE, needs), .choices = NEEDS},
    {OF_TYPE("nvlink-p2p", SWITCH, nvlink_p2p)},
    {OF_TYPE("gpudirect", SWITCH, gpudirect)},
    {OF_TYPE("multi-vgpu-exclusive", SWITCH, multi_vgpu_exclusive)},
    {OF_TYPE("exclusive-type", SWITCH, exclusive_type)},
    {OF_TYPE("exclusive-size", SWITCH, exclusive_size)},

    {OF_VGPU("type-id", U32, type_id), .fixed = true},
    {OF_VGPU("id", U32, id), .fixed = true},
    {OF_VGPU("gpu", U32, gpu), .fixed = true},
    {OF_VGPU("vm-id", TEXT, vm_id)},
    {OF_VGPU("vm-id-kind", CHOICE, vm_id_is_uuid), .choices = VM_ID_KINDS},
    {OF_VGPU("vm-name", TEXT, vm_name)},
    {OF_VGPU("uuid", TEXT, uuid), .fixed = true},
    {OF_VGPU("mdev-uuid", TEXT, mdev_uuid), .optional = true},
    {OF_VGPU("guest-driver", TEXT, guest_driver), .optional = true},
    {OF_VGPU("pci-id", TEXT, pci_id), .optional = true},
    {OF_VGPU("version", U32, version)},
    {OF_VGPU("framebuffer-used-bytes", U64, framebuffer_used_bytes)},
    {OF_VGPU("runtime-state-bytes", U64, runtime_state_bytes)},
    {OF_VGPU("license-state", CHOICE, license_state), .choices = LICENSE_STATES},
    {OF_VGPU("license-expiry", CHOICE, license_expiry.status), .choices = LICENSE_EXPIRIES},
    {OF_VGPU("license-expires-unix-seconds", U64, license_expiry.unix_seconds)},
    {OF_VGPU("ecc", SWITCH, ecc), .optional = true},
    {OF_VGPU("frame-rate-limit", U32, frame_rate_limit), .optional = true},
    {OF_VGPU("encoder-capacity-percent", U32, encoder_capacity_percent), .most = 100},
    {OF_VGPU("gpu-instance-id", U32, gpu_instance_id), .optional = true, .fixed = true},
    {OF_VGPU("placement-id", U32, placement_id), .optional = true, .fixed = true},
    BUSY("sm-percent", sm),
    BUSY("memory-percent", memory),
    BUSY("encoder-percent", encoder),
    BUSY("decoder-percent", decoder),
    BUSY("jpeg-percent", jpeg),
    BUSY("ofa-percent", ofa),
    {OF_VGPU("accounting", SWITCH, accounting)},

    {OF_PROCESS("pid", U32, pid)},
    {OF_PROCESS("name", TEXT, name)},
    {OF_PROCESS("sm-percent", U32, busy.sm), .most = 100},
    {OF_PROCESS("memory-percent", U32, busy.memory), .most = 100},
    {OF_PROCESS("encoder-percent", U32, busy.encoder), .most = 100},
    {OF_PROCESS("decoder-percent", U32, busy.decoder), .most = 100},
    {OF_PROCESS("jpeg-percent", U32, busy.jpeg), .most = 100},
    {OF_PROCESS("ofa-percent", U32, busy.ofa), .most = 100},
    {OF_PROCESS("peak-bytes", U64, peak_bytes)},
    {OF_PROCESS("started-unix-milliseconds", U64, started_unix_ms)},
    {OF_PROCESS("ended-unix-milliseconds", U64, ended_unix_ms)},

    {OF_ENCODER("id", U32, id)},
    {OF_ENCODER("pid", U32, pid)},
    {OF_ENCODER("codec", CHOICE, codec), .choices = CODEC_WORDS},
    {OF_ENCODER("width", U32, width)},
    {OF_ENCODER("height", U32, height)},
    {OF_ENCODER("average-fps", U32, average_fps)},
    {OF_ENCODER("average-latency-microseconds", U32, average_latency_us)},

    {OF_FBC("id", U32, id)},
    {OF_FBC("pid", U32, pid)},
    {OF_FBC("head", U32, head)},
    {OF_FBC("kind", CHOICE, kind), .choices = CAPTURE_WORDS},
    {OF_FBC("flags", U32, flags)},
    {OF_FBC("max-width", U32, max_width)},
    {OF_FBC("max-height", U32, max_height)},
    {OF_FBC("width", U32, width)},
    {OF_FBC("height", U32, height)},
    {OF_FBC("average-fps", U32, average_fps)},
    {OF_FBC("average-latency-microseconds", U32, average_latency_us)},
};

struct vgpu *vgpu_of(struct machine *machine, uint32_t id) {
  FOR_VGPUS(vgpu, machine) {
    const struct gpu *gpu = &machine->gpus[vgpu->gpu];
    if (vgpu->id == id) return gpu_hosts_vgpus(gpu) && !gpu->lost && !gpu->removed ? vgpu : NULL;
  }
  return NULL;
}

struct vgpu_type *vgpu_type_of(struct machine *machine, uint32_t id) {
  if (!machine_hosts_vgpus(machine)) return NULL;
  FOR_VGPU_TYPES(type, machine)
    if (type->id == id) return type;
  return NULL;
}

const struct vgpu_type *vgpu_its_type(const struct machine *machine, const struct vgpu *vgpu) {
  FOR_VGPU_TYPES(type, machine)
    if (type->id == vgpu->type_id) return type;
  return NULL;
}

static unsigned length(const struct machine *machine, const struct gpu *gpu, const struct attribute *attribute) {
  unsigned types = 0, running = 0;
  (void)gpu;
  FOR_VGPU_TYPES(type, machine) types++;
  FOR_VGPUS(vgpu, machine) running++;
  return strncmp(attribute->name, "type.", 5) == 0 ? types : running;
}

static void made(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  struct vgpus *vgpus = &machine->vgpus;
  if (vgpus->supported.most == 0) vgpus->supported = (struct vgpu_versions){OLDEST_VERSION, NEWEST_VERSION};
  vgpus->allowed = vgpus->supported;
  FOR_VGPUS(vgpu, machine) vgpu_fill_in(machine, vgpu);
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  machine->vgpus.allowed = machine->vgpus.supported;
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  struct vgpu *vgpu = machine->vgpus.running;
  while (vgpu < machine->vgpus.running + VGPUS_MAX && vgpu->type_id != 0 && vgpu->gpu < machine->gpu_count && vgpu_its_type(machine, vgpu)) vgpu++;
  memset(vgpu, 0, (size_t)(machine->vgpus.running + VGPUS_MAX - vgpu) * sizeof *vgpu);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  unsigned nth = 0;
  (void)gpu;
  (void)index;
  FOR_VGPUS(vgpu, machine) {
    const struct vgpu_type *type = vgpu_its_type(machine, vgpu);
    if (vgpu->gpu >= machine->gpu_count) return refuse(failure, "INVALID_INPUT", "vgpus.running.%u.gpu: there is no GPU %u: name one from 0 to %u", nth, vgpu->gpu, machine->gpu_count - 1);
    if (!type || !vgpu_type_is_supported(&machine->gpus[vgpu->gpu], type))
      return refuse(failure, "INVALID_INPUT", "vgpus.running.%u.type-id: GPU %u makes no vGPUs of type %u: name one of its types", nth, vgpu->gpu, vgpu->type_id);
    nth++;
  }
  return true;
}

const struct topic vgpus_topic = {.name = "vgpus",
                                  .of_machine = true,
                                  .offset = offsetof(struct machine, vgpus),
                                  .attributes = ATTRIBUTES,
                                  .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                  .length = length,
                                  .made = made,
                                  .driver_loaded = driver_loaded,
                                  .repair = repair,
                                  .check = check};
