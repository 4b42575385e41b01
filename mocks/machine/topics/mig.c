#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const KINDS[] = {"1-slice",      "2-slice",      "3-slice",      "4-slice",           "7-slice",           "8-slice",          "6-slice",
                                    "1-slice-rev1", "2-slice-rev1", "1-slice-rev2", "1-slice-gfx",       "2-slice-gfx",       "4-slice-gfx",      "1-slice-no-me",
                                    "2-slice-no-me", "1-slice-all-me", "2-slice-all-me", "3-slice-gfx", NULL};
static const char *const COMPUTE_KINDS[] = {"1-slice", "2-slice", "3-slice", "4-slice", "7-slice", "8-slice", "6-slice", "1-slice-rev1", "7-slice-nvl", NULL};

#define PROFILE(words, field) {.name = "profile.#." words, .kind = ATTRIBUTE_U32, .fixed = true, ATTRIBUTE_EACH(struct mig, profiles, .field)}
#define GPU_INSTANCE(words, field) .name = "gpu-instance.#." words, ATTRIBUTE_EACH(struct mig, gpu_instances, .field)
#define COMPUTE_INSTANCE(words, field) .name = "compute-instance.#." words, ATTRIBUTE_EACH(struct mig, devices, .compute.field)

static const struct attribute ATTRIBUTES[] = {
    {.name = "mode", .kind = ATTRIBUTE_SWITCH, .optional = true, .fixed = true, ATTRIBUTE_AT(struct mig, mode)},
    {.name = "pending-mode", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct mig, pending)},
    {.name = "resetless", .kind = ATTRIBUTE_SWITCH, .optional = true, .fixed = true, ATTRIBUTE_AT(struct mig, resetless)},
    {.name = "tells-before-mode", .kind = ATTRIBUTE_SWITCH, .optional = true, .fixed = true, ATTRIBUTE_AT(struct mig, tells_before_mode)},
    {.name = "profile.#.id", .kind = ATTRIBUTE_U32, .optional = true, .fixed = true, ATTRIBUTE_EACH(struct mig, profiles, .id)},
    {.name = "profile.#.kind", .kind = ATTRIBUTE_CHOICE, .choices = KINDS, .fixed = true, ATTRIBUTE_EACH(struct mig, profiles, .kind)},
    {.name = "profile.#.name", .kind = ATTRIBUTE_TEXT, .fixed = true, ATTRIBUTE_EACH(struct mig, profiles, .name)},
    PROFILE("slices", slices),
    PROFILE("instances", instances),
    PROFILE("multiprocessors", multiprocessors),
    PROFILE("copy-engines", copy_engines),
    PROFILE("decoders", decoders),
    PROFILE("encoders", encoders),
    PROFILE("jpeg-engines", jpegs),
    PROFILE("ofa-engines", ofas),
    PROFILE("memory-megabytes", memory_megabytes),
    PROFILE("memory-slices", memory_slices),
    PROFILE("places", places),
    {GPU_INSTANCE("profile", profile), .kind = ATTRIBUTE_U32, .optional = true, .fixed = true},
    {GPU_INSTANCE("start", start), .kind = ATTRIBUTE_U32, .optional = true, .fixed = true},
    {GPU_INSTANCE("used-bytes", used_bytes), .kind = ATTRIBUTE_U64},
    {COMPUTE_INSTANCE("profile", profile), .kind = ATTRIBUTE_CHOICE, .choices = COMPUTE_KINDS, .optional = true, .fixed = true},
    {COMPUTE_INSTANCE("gpu-instance", gpu_instance), .kind = ATTRIBUTE_U32, .most = GPU_INSTANCES_MAX - 1, .fixed = true},
    {COMPUTE_INSTANCE("start", start), .kind = ATTRIBUTE_U32, .optional = true, .fixed = true},
};

static void activate(struct machine *machine, struct gpu *gpu) {
  gpu->mig.mode = gpu->mig.pending;
  mig_destroy_all(&gpu->mig);
  if (gpu->mig.mode == 1) accounting_stop(gpu);
  event_raise(machine, gpu, EVENT_MIG_CONFIGURATION, 0);
}

enum mig_activation mig_set_mode(struct machine *machine, struct gpu *gpu, bool on, unsigned own_clients) {
  gpu->mig.pending = on;
  if (gpu->mig.mode == gpu->mig.pending) return MIG_IS_ACTIVE;
  if (clients_sweep(machine) > own_clients || process_next(machine, gpu, NULL) || vgpus_run_on(machine, gpu)) return MIG_IN_USE;
  if (gpu->mig.resetless != 1) return MIG_AWAITS_RESET;
  activate(machine, gpu);
  return MIG_IS_ACTIVE;
}

static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->mig.pending == UNSUPPORTED_U32) gpu->mig.pending = gpu->mig.mode;
  mig_settle(&gpu->mig);
}

/* The instances of a new machine outlast its first boot, so that it can be made with some. */
static bool is_new(const struct gpu *gpu) { return gpu->mig.driver_generation == 0; }

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  struct mig *mig = &gpu->mig;
  const bool first = is_new(gpu), stayed = mig->driver_generation == machine->driver_generation;
  mig->driver_generation = machine->driver_generation;
  if (first || stayed || mig->mode == UNSUPPORTED_U32) return;
  mig_destroy_all(mig);
  if (mig->resetless == 1) mig->mode = mig->pending = 0;
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (is_new(gpu) || gpu->mig.mode == UNSUPPORTED_U32) return;
  mig_destroy_all(&gpu->mig);
  gpu->mig.mode = gpu->mig.pending;
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  mig_settle(&gpu->mig);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "pending-mode") != 0 || gpu->mig.mode == UNSUPPORTED_U32) return;
  mig_set_mode(machine, gpu, gpu->mig.pending == 1, 0);
}

static bool check_profile(const struct gpu_profile *profile, unsigned index, unsigned nth, struct failure *failure) {
  if (profile->id == UNSUPPORTED_U32) return true;
  const unsigned size = profile->memory_slices;
  if (size != 1 && size != 2 && size != 4 && size != 8)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.mig.profile.%u.memory-slices: is %u: write 1, 2, 4 or 8", index, nth, size);
  if (profile->places == 0 || profile->places > 8 / size)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.mig.profile.%u.places: is %u: of %u memory slices each there are 1 to %u", index, nth, profile->places, size, 8 / size);
  if (profile->slices == 0 || profile->slices > 8) return refuse(failure, "INVALID_INPUT", "gpu.%u.mig.profile.%u.slices: is %u: write 1 to 8", index, nth, profile->slices);
  return true;
}

static bool check_used(const struct mig *mig, unsigned index, struct failure *failure) {
  for (unsigned i = 0; i < GPU_INSTANCES_MAX; i++) {
    const struct gpu_profile *profile = gpu_profile_of(mig, &mig->gpu_instances[i]);
    const uint64_t most = profile ? (uint64_t)profile->memory_megabytes << 20 : 0;
    if (mig->gpu_instances[i].used_bytes > most)
      return refuse(failure, "INVALID_INPUT", "gpu.%u.mig.gpu-instance.%u.used-bytes: the instance has %llu: write less", index, i, (unsigned long long)most);
  }
  return true;
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  struct mig settled = gpu->mig;
  if (gpu->mig.mode == UNSUPPORTED_U32 && gpu->mig.pending != UNSUPPORTED_U32)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.mig.pending-mode: the product has no MIG: leave it unsupported", index);
  for (unsigned i = 0; i < MIG_PROFILES_MAX; i++)
    if (!check_profile(&gpu->mig.profiles[i], index, i, failure)) return false;
  if (!mig_settle(&settled))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.mig: its instances do not fit: turn mode on, take profiles that it lists, and places that are free", index);
  return check_used(&gpu->mig, index, failure);
}

const struct topic mig_topic = {.name = "mig",
                                .offset = offsetof(struct gpu, mig),
                                .attributes = ATTRIBUTES,
                                .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                .made = made,
                                .driver_loaded = driver_loaded,
                                .gpu_reset = gpu_reset,
                                .repair = repair,
                                .was_set = was_set,
                                .check = check};
