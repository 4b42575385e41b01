/* Clocks and what holds them down. */
#ifndef GPUWRIGHT_TOPIC_CLOCKS_H
#define GPUWRIGHT_TOPIC_CLOCKS_H

#include <stdbool.h>
#include <stdint.h>
#include "setting.h"

struct gpu;
struct live;
struct machine;

enum clock_domain { CLOCK_OF_GRAPHICS, CLOCK_OF_SM, CLOCK_OF_MEMORY, CLOCK_OF_VIDEO, CLOCK_DOMAINS };

enum { MEMORY_CLOCKS_MAX = 6, PERFORMANCE_STATES_MAX = 6, CLOCK_MONITORS = 4, PERFORMANCE_STATE_UNKNOWN = 32 };

/* Why clocks are lower than they could be. */
enum clocks_reason {
  REASON_IDLE,
  REASON_APPLICATION_CLOCKS,
  REASON_POWER_CAP,
  REASON_HARDWARE_SLOWDOWN,
  REASON_SYNC_BOOST,
  REASON_SOFTWARE_THERMAL,
  REASON_HARDWARE_THERMAL,
  REASON_POWER_BRAKE,
  REASON_DISPLAY,
  REASONS_TOLD, /* what follows is only counted */
  REASON_BOARD_LIMIT = REASONS_TOLD,
  REASON_RELIABILITY,
  REASON_BELOW_APPLICATION_CLOCKS,
  REASON_BELOW_BASE_CLOCKS,
  REASONS
};

/* What time is counted for: each a set of reasons. */
enum violation {
  VIOLATION_POWER,
  VIOLATION_THERMAL,
  VIOLATION_SYNC_BOOST,
  VIOLATION_BOARD_LIMIT,
  VIOLATION_LOW_UTILIZATION,
  VIOLATION_RELIABILITY,
  VIOLATION_APPLICATION_CLOCKS,
  VIOLATION_BASE_CLOCKS,
  VIOLATION_SOFTWARE_THERMAL,
  VIOLATION_HARDWARE_THERMAL,
  VIOLATION_POWER_BRAKE,
  VIOLATIONS
};

enum memory_switch { MEMORY_SWITCH_NONE, MEMORY_SWITCH_DEFERRED, MEMORY_SWITCH_RUNTIME };

struct clock_range {
  uint32_t minimum_mhz, maximum_mhz;
};

struct clock_pair {
  uint32_t graphics_mhz, memory_mhz;
};

struct offset_range {
  int32_t minimum_mhz, maximum_mhz;
};

/* A supported memory clock with the graphics clocks that go with it. */
struct memory_clock {
  uint32_t mhz; /* 0: the list ended */
  struct clock_range graphics;
};

struct performance_state {
  uint32_t number; /* P0, P8; unsupported: the list ended */
  struct clock_range graphics, memory, video;
  int32_t graphics_offset_mhz, memory_offset_mhz;
};

struct clock_monitor {
  uint32_t domain, fault_mask; /* 0: no fault */
};

struct clocks {
  uint32_t current_mhz[CLOCK_DOMAINS], maximum_mhz[CLOCK_DOMAINS], customer_boost_mhz[CLOCK_DOMAINS];
  uint32_t base_graphics_mhz;
  struct clock_pair application, default_application;
  struct clock_range locked_graphics, locked_memory; /* a maximum of 0: not locked */
  uint32_t memory_switch, memory_switch_milliseconds;
  uint32_t graphics_step_khz;
  struct memory_clock memory_clocks[MEMORY_CLOCKS_MAX];
  struct performance_state states[PERFORMANCE_STATES_MAX]; /* the fastest first */
  uint32_t forced_state; /* 0: none, else one more than its number */
  struct offset_range graphics_offsets, memory_offsets;
  uint32_t auto_boost, default_auto_boost;
  uint32_t adaptive;
  uint32_t monitored;
  struct clock_monitor monitors[CLOCK_MONITORS];
  uint32_t mma_stall_percent;

  uint32_t supported_reasons; /* bits by enum clocks_reason */
  uint32_t forced_reasons[REASONS];
  uint64_t violation_ns[VIOLATIONS]; /* counted until settled_ns */
  int64_t settled_ns;

  /* What was last told as an event. */
  uint32_t told_state, told_mhz[CLOCK_DOMAINS];
};

extern const struct topic clocks_topic;

/* clocks-bounds.c */
/* Holds clocks within what is locked, set for applications or slowed down. Of bounded clocks it changes nothing. */
void clocks_bound(const struct gpu *gpu, struct live *live);

/* clocks-settings.c */
enum setting clocks_lock_graphics(struct machine *machine, struct gpu *gpu, struct clock_range range);
enum setting clocks_lock_memory(struct machine *machine, struct gpu *gpu, struct clock_range range);
enum setting clocks_set_application(struct machine *machine, struct gpu *gpu, struct clock_pair pair);
enum setting clocks_set_auto_boost(struct gpu *gpu, bool on, bool by_default);
/* `number`: of a performance state, or PERFORMANCE_STATE_UNKNOWN for all of them. */
enum setting clocks_set_offset(struct machine *machine, struct gpu *gpu, enum clock_domain domain, uint32_t number, int32_t mhz);

/* clocks-supported.c */
unsigned memory_clock_count(const struct gpu *gpu);
const struct memory_clock *memory_clock_of(const struct gpu *gpu, uint32_t mhz);
/* The next supported graphics clock that is not above. */
uint32_t graphics_clock_below(const struct gpu *gpu, uint32_t mhz);
/* Graphics clocks of a memory clock, from the highest down. */
unsigned graphics_clock_count(const struct gpu *gpu, const struct memory_clock *memory);
uint32_t graphics_clock_at(const struct gpu *gpu, const struct memory_clock *memory, unsigned index);
bool graphics_clock_is_supported(const struct gpu *gpu, const struct memory_clock *memory, uint32_t mhz);
unsigned performance_state_count(const struct gpu *gpu);
struct performance_state *performance_state_of(struct gpu *gpu, uint32_t number);
/* Its number, or PERFORMANCE_STATE_UNKNOWN. */
uint32_t performance_state_now(const struct gpu *gpu, const struct live *live);
/* Without its offset. */
struct clock_range performance_state_range(const struct performance_state *state, enum clock_domain domain);
int32_t performance_state_offset(const struct performance_state *state, enum clock_domain domain);

/* clocks-reasons.c */
uint32_t clocks_reasons(const struct gpu *gpu, const struct live *live);
uint64_t clocks_violation_ns(const struct machine *machine, const struct gpu *gpu, enum violation violation);
void clocks_settle(struct machine *machine, struct gpu *gpu);
/* Tells of clocks and states that are not any more as they were last told. */
void clocks_tell_changes(struct machine *machine, struct gpu *gpu);

#endif
