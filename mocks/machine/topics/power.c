#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const SOURCES[] = {"ac", "battery", "undersized", NULL};
static const char *const MIZER[] = {"adaptive", "maximum-performance", "auto", "consistent-performance", NULL};

#define MAYBE(words, field) {.name = words, .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_AT(struct power, field)}
#define MAYBE_SWITCH(words, field) {.name = words, .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct power, field)}
#define LIMITS(words, scope)                                                                                                                       \
  MAYBE(words "limit-milliwatts", limits[scope].limit_milliwatts), MAYBE(words "default-limit-milliwatts", limits[scope].default_milliwatts), \
      MAYBE(words "minimum-limit-milliwatts", limits[scope].minimum_milliwatts), MAYBE(words "maximum-limit-milliwatts", limits[scope].maximum_milliwatts)
#define PRESET(words, parameter)                                                                                                           \
  {.name = "smoothing.preset.#." words, .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct power, smoothing.presets, .values[parameter])}, \
      MAYBE("smoothing.override." words, smoothing.overrides.values[parameter])

static const struct attribute ATTRIBUTES[] = {
    MAYBE_SWITCH("management", management),
    {.name = "usage-milliwatts", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct power, usage_milliwatts)},
    MAYBE("module-usage-milliwatts", module_usage_milliwatts),
    MAYBE("memory-usage-milliwatts", memory_usage_milliwatts),
    {.name = "averages", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct power, averages)},
    LIMITS("", POWER_OF_GPU),
    LIMITS("module-", POWER_OF_MODULE),
    LIMITS("base-", POWER_OF_BASE),
    MAYBE("other-limit-milliwatts", other_limit_milliwatts),
    {.name = "energy-millijoules", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct power, energy_millijoules)},
    {.name = "source", .kind = ATTRIBUTE_CHOICE, .choices = SOURCES, ATTRIBUTE_AT(struct power, source)},
    {.name = "mizer-mode", .kind = ATTRIBUTE_CHOICE, .choices = MIZER, .optional = true, ATTRIBUTE_AT(struct power, mizer_mode)},
    {.name = "mizer-modes", .kind = ATTRIBUTE_U32, .most = (1u << MIZER_MODES) - 1, ATTRIBUTE_AT(struct power, mizer_modes)},
    MAYBE("edpp-percent", edpp_percent),
    MAYBE("sync-balancing-frequency", sync_balancing_frequency),
    MAYBE("sync-balancing-factor", sync_balancing_factor),
    {.name = "workload-profile.#.priority", .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_EACH(struct power, workload_profiles, .priority)},
    {.name = "workload-profile.#.conflicts", .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct power, workload_profiles, .conflicts)},
    {.name = "requested-workload-profiles", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct power, requested_profiles)},
    MAYBE_SWITCH("smoothing.enabled", smoothing.enabled),
    MAYBE("smoothing.privilege-level", smoothing.privilege_level),
    MAYBE_SWITCH("smoothing.immediate-ramp-down", smoothing.immediate_ramp_down),
    MAYBE_SWITCH("smoothing.soc", smoothing.soc_enabled),
    MAYBE_SWITCH("smoothing.delayed", smoothing.delayed),
    MAYBE("smoothing.minimum-floor-percent", smoothing.minimum_floor_percent),
    MAYBE("smoothing.maximum-floor-percent", smoothing.maximum_floor_percent),
    MAYBE("smoothing.lifetime-percent", smoothing.lifetime_percent),
    MAYBE("smoothing.primary-floor-watts", smoothing.primary_floor_watts),
    MAYBE("smoothing.secondary-floor-watts", smoothing.secondary_floor_watts),
    MAYBE("smoothing.minimum-activation-offset-watts", smoothing.minimum_activation_offset_watts),
    MAYBE("smoothing.minimum-activation-point-watts", smoothing.minimum_activation_point_watts),
    MAYBE("smoothing.window-milliseconds", smoothing.window_milliseconds),
    {.name = "smoothing.preset-count", .kind = ATTRIBUTE_U32, .most = SMOOTHING_PRESETS_MAX, ATTRIBUTE_AT(struct power, smoothing.preset_count)},
    {.name = "smoothing.active-preset", .kind = ATTRIBUTE_U32, .most = SMOOTHING_PRESETS_MAX - 1, ATTRIBUTE_AT(struct power, smoothing.active)},
    PRESET("floor-percent", SMOOTHING_FLOOR_PERCENT),
    PRESET("ramp-up-milliwatts-per-second", SMOOTHING_RAMP_UP),
    PRESET("ramp-down-milliwatts-per-second", SMOOTHING_RAMP_DOWN),
    PRESET("ramp-down-hysteresis-milliseconds", SMOOTHING_RAMP_DOWN_HYSTERESIS),
    PRESET("secondary-floor-watts", SMOOTHING_SECONDARY_FLOOR),
    PRESET("activation-windows", SMOOTHING_ACTIVATION_WINDOW),
    PRESET("target-window-percent", SMOOTHING_TARGET_WINDOW),
    PRESET("activation-offset-watts", SMOOTHING_ACTIVATION_OFFSET),
};

static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  for (unsigned scope = 0; scope < POWER_SCOPES; scope++) {
    struct power_limits *limits = &gpu->power.limits[scope];
    if (limits->limit_milliwatts == UNSUPPORTED_U32) limits->limit_milliwatts = limits->default_milliwatts;
  }
  gpu->power.told_source = gpu->power.source;
}

/* What was set does not outlive the driver's hold of the GPU. */
static void taken_up(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  for (unsigned scope = 0; scope < POWER_SCOPES; scope++) gpu->power.limits[scope].limit_milliwatts = gpu->power.limits[scope].default_milliwatts;
  gpu->power.energy_millijoules = 0;
  gpu->power.requested_profiles = 0;
  if (gpu->power.mizer_mode != UNSUPPORTED_U32) gpu->power.mizer_mode = MIZER_AUTO;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)attribute;
  if (gpu->power.source == gpu->power.told_source) return;
  gpu->power.told_source = gpu->power.source;
  event_raise(machine, gpu, EVENT_POWER_SOURCE, 0);
}

static unsigned length(const struct machine *machine, const struct gpu *gpu, const struct attribute *attribute) {
  (void)machine;
  if (strncmp(attribute->name, "smoothing.preset.", strlen("smoothing.preset.")) == 0) return gpu->power.smoothing.preset_count;
  return workload_profiles_known(gpu) == 0 ? 0 : WORKLOAD_PROFILES_MAX;
}

static bool is_lawful(const struct power_limits *limits) {
  return limits->limit_milliwatts == UNSUPPORTED_U32 ||
         (limits->minimum_milliwatts <= limits->limit_milliwatts && limits->limit_milliwatts <= limits->maximum_milliwatts && limits->default_milliwatts != UNSUPPORTED_U32);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  for (unsigned scope = 0; scope < POWER_SCOPES; scope++)
    if (!is_lawful(&gpu->power.limits[scope]))
      return refuse(failure, "INVALID_INPUT", "gpu.%u.power: a power limit is not between its minimum and its maximum: give a default, a minimum and a maximum around it", index);
  if (power_has_smoothing(gpu) && gpu->power.smoothing.active >= gpu->power.smoothing.preset_count)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.power.smoothing.active-preset: is none of its presets: choose one below smoothing.preset-count", index);
  return true;
}

uint32_t power_enforced_limit(const struct gpu *gpu) {
  const uint32_t limit = gpu->power.limits[POWER_OF_GPU].limit_milliwatts, other = gpu->power.other_limit_milliwatts;
  return other < limit ? other : limit;
}

uint64_t power_energy_millijoules(const struct machine *machine, const struct gpu *gpu) {
  return gpu->power.energy_millijoules + live_now(machine, gpu).energy_millijoules;
}

uint32_t power_bounded(const struct gpu *gpu, uint32_t milliwatts) {
  const uint32_t limit = power_enforced_limit(gpu);
  return milliwatts < limit ? milliwatts : limit;
}

enum setting power_set_limit(struct machine *machine, struct gpu *gpu, enum power_scope scope, uint32_t milliwatts) {
  struct power_limits *limits = &gpu->power.limits[scope];
  if (limits->limit_milliwatts == UNSUPPORTED_U32) return SETTING_NOT_THERE;
  if (milliwatts < limits->minimum_milliwatts || milliwatts > limits->maximum_milliwatts) return SETTING_OUT_OF_RANGE;
  topics_settle(machine, gpu);
  limits->limit_milliwatts = milliwatts;
  return SETTING_TAKEN;
}

enum setting power_set_mizer_mode(struct gpu *gpu, uint32_t mode) {
  if (gpu->power.mizer_mode == UNSUPPORTED_U32) return SETTING_NOT_THERE;
  if (mode >= MIZER_MODES || !(gpu->power.mizer_modes >> mode & 1)) return SETTING_OUT_OF_RANGE;
  gpu->power.mizer_mode = mode;
  return SETTING_TAKEN;
}

const struct topic power_topic = {.name = "power",
                                  .offset = offsetof(struct gpu, power),
                                  .attributes = ATTRIBUTES,
                                  .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                  .made = made,
                                  .driver_loaded = taken_up,
                                  .gpu_reset = taken_up,
                                  .was_set = was_set,
                                  .length = length,
                                  .check = check};
