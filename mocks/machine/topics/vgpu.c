#include "vgpu.h"
#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const MODES[] = {"none", "passthrough", "guest", "vgpu-host", "vsga-host", NULL};
static const char *const POLICIES[] = {"unknown", "best-effort", "equal-share", "fixed-share", NULL};
static const char *const ARR_MODES[] = {"default", "off", "on", NULL};
static const char *const FEATURES[] = {"none", "vgpu", "workstation", "gaming", "compute", NULL};
const char *const LICENSE_EXPIRIES[] = {"not-available", "invalid", "valid", "not-applicable", "permanent", NULL};

#define OF_GPU(words, how, field) .name = words, .kind = ATTRIBUTE_##how, ATTRIBUTE_AT(struct vgpu_host, field)
#define CAPABILITY(words, how, which) {.name = words, .kind = ATTRIBUTE_##how, .optional = true, ATTRIBUTE_AT(struct vgpu_host, capabilities[which])}
#define LIMIT(words, how, field) {.name = "scheduler.limits." words, .kind = ATTRIBUTE_##how, ATTRIBUTE_AT(struct vgpu_host, scheduler_limits.field)}
#define OF_FEATURE(words, how, field) .name = "licensable-feature.#." words, .kind = ATTRIBUTE_##how, ATTRIBUTE_EACH(struct vgpu_host, features, .field)

static const struct attribute ATTRIBUTES[] = {
    {OF_GPU("mode", CHOICE, mode), .choices = MODES},
    {OF_GPU("sr-iov", SWITCH, sr_iov), .optional = true},
    {OF_GPU("series", TEXT, series), .optional = true, .fixed = true},
    {OF_GPU("heterogeneous", SWITCH, heterogeneous)},
    {OF_GPU("placement-slots", U32, placement_slots), .most = VGPU_PLACEMENTS_MAX},
    {OF_GPU("gsp-loaded", SWITCH, gsp_loaded), .optional = true},
    CAPABILITY("fractional-multi-vgpu", SWITCH, VGPU_FRACTIONAL_MULTI),
    CAPABILITY("mixed-types", SWITCH, VGPU_MIXED_TYPES),
    CAPABILITY("mixed-sizes", SWITCH, VGPU_MIXED_SIZES),
    CAPABILITY("read-megabytes-per-second", U32, VGPU_READ_BANDWIDTH),
    CAPABILITY("write-megabytes-per-second", U32, VGPU_WRITE_BANDWIDTH),
    CAPABILITY("streaming", SWITCH, VGPU_STREAMING),
    CAPABILITY("mini-quarter", SWITCH, VGPU_MINI_QUARTER),
    CAPABILITY("media-engine", SWITCH, VGPU_MEDIA_ENGINE),
    CAPABILITY("warm-update", SWITCH, VGPU_WARM_UPDATE),
    CAPABILITY("equal-size-placements", SWITCH, VGPU_EQUAL_SIZE_PLACEMENTS),
    CAPABILITY("mig-timeslicing", SWITCH, VGPU_MIG_TIMESLICING),
    CAPABILITY("mig-timeslicing-enabled", SWITCH, VGPU_MIG_TIMESLICING_ENABLED),
    {OF_GPU("scheduler.policy", CHOICE, scheduler.policy), .choices = POLICIES},
    {OF_GPU("scheduler.adaptive-round-robin", CHOICE, scheduler.arr), .choices = ARR_MODES},
    {OF_GPU("scheduler.average-factor", U32, scheduler.average_factor)},
    {OF_GPU("scheduler.timeslice-ns", U32, scheduler.timeslice_ns)},
    LIMIT("timeslice-least-ns", U32, timeslice_least_ns),
    LIMIT("timeslice-most-ns", U32, timeslice_most_ns),
    LIMIT("adaptive-round-robin", SWITCH, arr),
    LIMIT("frequency-least-hz", U32, frequency_least_hz),
    LIMIT("frequency-most-hz", U32, frequency_most_hz),
    LIMIT("average-factor-least", U32, average_factor_least),
    LIMIT("average-factor-most", U32, average_factor_most),
    {OF_FEATURE("code", CHOICE, code), .choices = FEATURES},
    {OF_FEATURE("state", SWITCH, state)},
    {OF_FEATURE("enabled", SWITCH, enabled)},
    {OF_FEATURE("license", TEXT, license)},
    {OF_FEATURE("product", TEXT, product)},
    {OF_FEATURE("expiry", CHOICE, expiry.status), .choices = LICENSE_EXPIRIES},
    {OF_FEATURE("expires-unix-seconds", U64, expiry.unix_seconds)},
};

bool gpu_hosts_vgpus(const struct gpu *gpu) { return gpu->vgpu.mode == VIRTUALIZATION_VGPU_HOST && gpu->vgpu.series[0] != 0; }

bool machine_hosts_vgpus(const struct machine *machine) {
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    if (gpu_hosts_vgpus(&machine->gpus[i])) return true;
  return false;
}

static void forget_choices(struct vgpu_host *host) {
  host->heterogeneous = 0;
  host->scheduler = scheduler_default();
  memset(host->gpu_instances, 0, sizeof host->gpu_instances);
}

static void made(struct machine *machine, struct gpu *gpu) {
  struct vgpu_host *host = &gpu->vgpu;
  const struct vgpu_host chosen = *host;
  if (host->series[0] && host->scheduler_limits.timeslice_most_ns == 0)
    host->scheduler_limits = (struct vgpu_scheduler_limits){.timeslice_least_ns = 1000000,
                                                            .timeslice_most_ns = 30000000,
                                                            .arr = 1,
                                                            .frequency_least_hz = 63,
                                                            .frequency_most_hz = 960,
                                                            .average_factor_least = 1,
                                                            .average_factor_most = 60};
  forget_choices(host);
  host->heterogeneous = chosen.heterogeneous;
  if (chosen.scheduler.policy != SCHEDULER_UNKNOWN) host->scheduler = chosen.scheduler;
  host->driver_generation = machine->driver_generation + 1; /* of the load that powering on brings */
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  if (gpu->vgpu.driver_generation == machine->driver_generation) return; /* the driver stayed, and took this GPU up again */
  gpu->vgpu.driver_generation = machine->driver_generation;
  vgpus_end(machine, gpu);
  forget_choices(&gpu->vgpu);
  if (gpu->vgpu.gsp_loaded == 0) gpu->vgpu.gsp_loaded = 1;
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  if (machine->driver_generation == 0) return; /* powering on: what the profile has is there from the start */
  vgpus_end(machine, gpu);
  if (gpu->vgpu.gsp_loaded == 0) gpu->vgpu.gsp_loaded = 1;
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->vgpu.placement_slots > VGPU_PLACEMENTS_MAX) gpu->vgpu.placement_slots = VGPU_PLACEMENTS_MAX;
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  if (gpu->vgpu.mode == VIRTUALIZATION_VGPU_HOST && !gpu->vgpu.series[0])
    return refuse(failure, "INVALID_INPUT", "gpu.%u.vgpu.mode: this product makes no vGPUs: choose another product or mode", index);
  FOR_VGPUS(vgpu, machine)
    if (vgpu->gpu == index && !gpu_hosts_vgpus(gpu)) return refuse(failure, "INVALID_INPUT", "gpu.%u.vgpu.mode: vGPUs run on it: remove them first", index);
  return true;
}

const struct topic vgpu_topic = {.name = "vgpu",
                                 .offset = offsetof(struct gpu, vgpu),
                                 .attributes = ATTRIBUTES,
                                 .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                 .made = made,
                                 .driver_loaded = driver_loaded,
                                 .gpu_reset = gpu_reset,
                                 .repair = repair,
                                 .check = check};
