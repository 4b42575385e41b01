/* Power: use, limits, hints and smoothing. */
#ifndef GPUWRIGHT_TOPIC_POWER_H
#define GPUWRIGHT_TOPIC_POWER_H

#include <stdbool.h>
#include <stdint.h>
#include "setting.h"

struct gpu;
struct machine;

enum { WORKLOAD_PROFILES_MAX = 16, SMOOTHING_PRESETS_MAX = 5 };

/* Whose power: the GPU with its memory, or with the processor that stands on the same module; and its share that other parts never get. */
enum power_scope { POWER_OF_GPU, POWER_OF_MODULE, POWER_OF_BASE, POWER_SCOPES };

enum power_source { SOURCE_AC, SOURCE_BATTERY, SOURCE_UNDERSIZED, POWER_SOURCES };
enum mizer_mode { MIZER_ADAPTIVE, MIZER_MAXIMUM_PERFORMANCE, MIZER_AUTO, MIZER_CONSISTENT_PERFORMANCE, MIZER_MODES };

struct power_limits {
  uint32_t limit_milliwatts, default_milliwatts, minimum_milliwatts, maximum_milliwatts;
};

/* Profiles that tune a GPU for a kind of work; the number of one is its place. */
struct workload_profile {
  uint32_t priority;  /* the lower wins; unsupported: the product does not have it */
  uint32_t conflicts; /* bits of the profiles that it cannot be enforced with */
};

enum smoothing_parameter {
  SMOOTHING_FLOOR_PERCENT,
  SMOOTHING_RAMP_UP,   /* milliwatts per second, as the next */
  SMOOTHING_RAMP_DOWN,
  SMOOTHING_RAMP_DOWN_HYSTERESIS, /* milliseconds */
  SMOOTHING_SECONDARY_FLOOR,      /* watts */
  SMOOTHING_ACTIVATION_WINDOW,    /* windows */
  SMOOTHING_TARGET_WINDOW,        /* percent */
  SMOOTHING_ACTIVATION_OFFSET,    /* watts */
  SMOOTHING_PARAMETERS
};

struct smoothing_preset {
  uint32_t values[SMOOTHING_PARAMETERS];
};

struct power_smoothing {
  uint32_t enabled; /* unsupported: the product does not have it */
  uint32_t privilege_level, immediate_ramp_down, soc_enabled, delayed;
  uint32_t minimum_floor_percent, maximum_floor_percent, lifetime_percent;
  uint32_t primary_floor_watts, secondary_floor_watts, minimum_activation_offset_watts, minimum_activation_point_watts, window_milliseconds;
  uint32_t active, preset_count;
  struct smoothing_preset presets[SMOOTHING_PRESETS_MAX];
  struct smoothing_preset overrides; /* of an administrator; unsupported: none */
};

struct power {
  uint32_t management;
  uint32_t usage_milliwatts, module_usage_milliwatts, memory_usage_milliwatts;
  uint32_t averages; /* tells the average of a second beside the draw of the instant */
  struct power_limits limits[POWER_SCOPES];
  uint32_t other_limit_milliwatts; /* of another limiter of the GPU; unsupported: there is none */
  uint64_t energy_millijoules;     /* used beyond what the load explains */
  uint32_t source;
  uint32_t mizer_mode, mizer_modes; /* the modes as bits */
  uint32_t edpp_percent, sync_balancing_frequency, sync_balancing_factor;
  struct workload_profile workload_profiles[WORKLOAD_PROFILES_MAX];
  uint32_t requested_profiles; /* bits */
  struct power_smoothing smoothing;

  uint32_t told_source; /* as an event */
};

extern const struct topic power_topic;

/* The lowest of the limits of the GPU, in milliwatts; unsupported: it has none. */
uint32_t power_enforced_limit(const struct gpu *gpu);
/* Since the driver was loaded. */
uint64_t power_energy_millijoules(const struct machine *machine, const struct gpu *gpu);
/* A draw, held within that limit. */
uint32_t power_bounded(const struct gpu *gpu, uint32_t milliwatts);
enum setting power_set_limit(struct machine *machine, struct gpu *gpu, enum power_scope scope, uint32_t milliwatts);
enum setting power_set_mizer_mode(struct gpu *gpu, uint32_t mode);

/* workload-profiles.c — in bits */
uint32_t workload_profiles_known(const struct gpu *gpu);
/* Of those requested, what goes together: the first in priority is enforced, and each further one that conflicts with none before it. */
uint32_t workload_profiles_enforced(const struct gpu *gpu);
enum setting workload_profiles_request(struct gpu *gpu, uint32_t requested);

/* power-smoothing.c */
bool power_has_smoothing(const struct gpu *gpu);
/* What holds now: of an administrator's override, else of the active preset. */
uint32_t smoothing_value(const struct gpu *gpu, enum smoothing_parameter parameter);
uint32_t smoothing_applied_ceiling_watts(const struct gpu *gpu);
uint32_t smoothing_applied_floor_watts(const struct gpu *gpu);
enum setting smoothing_enable(struct gpu *gpu, bool on);
enum setting smoothing_activate(struct gpu *gpu, uint32_t preset);
enum setting smoothing_set(struct gpu *gpu, uint32_t preset, enum smoothing_parameter parameter, uint32_t value);

#endif
