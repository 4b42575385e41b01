#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const SWITCHES[] = {"none", "deferred", "runtime", NULL};
static const char *const STATES[] = {"none", "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15", NULL};

#define U32(words, field) {.name = words, .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, field)}
#define MAYBE(words, field) {.name = words, .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_AT(struct clocks, field)}
#define MAYBE_SIGNED(words, field) {.name = words, .kind = ATTRIBUTE_I32, .optional = true, ATTRIBUTE_AT(struct clocks, field)}
#define MAYBE_SWITCH(words, field) {.name = words, .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct clocks, field)}
#define DOMAIN(words, domain)                                                                                                                    \
  U32(words "-mhz", current_mhz[domain]), U32("maximum-" words "-mhz", maximum_mhz[domain]), MAYBE("customer-boost-" words "-mhz", customer_boost_mhz[domain])
#define RANGE(words, field) U32(words "-minimum-mhz", field.minimum_mhz), U32(words "-maximum-mhz", field.maximum_mhz)
#define EACH(words, array, field) {.name = words, .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct clocks, array, field)}
#define STATE_RANGE(domain) \
  EACH("performance-state.#." #domain "-minimum-mhz", states, .domain.minimum_mhz), EACH("performance-state.#." #domain "-maximum-mhz", states, .domain.maximum_mhz)
#define STATE_OFFSET(domain) {.name = "performance-state.#." #domain "-offset-mhz", .kind = ATTRIBUTE_I32, ATTRIBUTE_EACH(struct clocks, states, .domain##_offset_mhz)}
#define REASON(words, reason) {.name = "forced-reason." words, .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct clocks, forced_reasons[reason])}
#define VIOLATION(words, violation) {.name = "violation." words "-nanoseconds", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct clocks, violation_ns[violation])}

static const struct attribute ATTRIBUTES[] = {
    DOMAIN("graphics", CLOCK_OF_GRAPHICS),
    DOMAIN("sm", CLOCK_OF_SM),
    DOMAIN("memory", CLOCK_OF_MEMORY),
    DOMAIN("video", CLOCK_OF_VIDEO),
    MAYBE("base-graphics-mhz", base_graphics_mhz),
    MAYBE("application-graphics-mhz", application.graphics_mhz),
    MAYBE("application-memory-mhz", application.memory_mhz),
    MAYBE("default-application-graphics-mhz", default_application.graphics_mhz),
    MAYBE("default-application-memory-mhz", default_application.memory_mhz),
    RANGE("locked-graphics", locked_graphics),
    RANGE("locked-memory", locked_memory),
    {.name = "memory-switch", .kind = ATTRIBUTE_CHOICE, .choices = SWITCHES, ATTRIBUTE_AT(struct clocks, memory_switch)},
    MAYBE("memory-switch-milliseconds", memory_switch_milliseconds),
    U32("graphics-step-khz", graphics_step_khz),
    EACH("memory-clock.#.mhz", memory_clocks, .mhz),
    EACH("memory-clock.#.graphics-minimum-mhz", memory_clocks, .graphics.minimum_mhz),
    EACH("memory-clock.#.graphics-maximum-mhz", memory_clocks, .graphics.maximum_mhz),
    {.name = "performance-state.#.number", .kind = ATTRIBUTE_U32, .most = 15, .optional = true, ATTRIBUTE_EACH(struct clocks, states, .number)},
    STATE_RANGE(graphics),
    STATE_RANGE(memory),
    STATE_RANGE(video),
    STATE_OFFSET(graphics),
    STATE_OFFSET(memory),
    {.name = "forced-performance-state", .kind = ATTRIBUTE_CHOICE, .choices = STATES, ATTRIBUTE_AT(struct clocks, forced_state)},
    MAYBE_SIGNED("graphics-offset-minimum-mhz", graphics_offsets.minimum_mhz),
    MAYBE_SIGNED("graphics-offset-maximum-mhz", graphics_offsets.maximum_mhz),
    MAYBE_SIGNED("memory-offset-minimum-mhz", memory_offsets.minimum_mhz),
    MAYBE_SIGNED("memory-offset-maximum-mhz", memory_offsets.maximum_mhz),
    MAYBE_SWITCH("auto-boost", auto_boost),
    MAYBE_SWITCH("default-auto-boost", default_auto_boost),
    MAYBE_SWITCH("adaptive", adaptive),
    MAYBE_SWITCH("monitored", monitored),
    EACH("monitor.#.domain", monitors, .domain),
    EACH("monitor.#.fault-mask", monitors, .fault_mask),
    {.name = "mma-stall-percent", .kind = ATTRIBUTE_U32, .most = 100, .optional = true, ATTRIBUTE_AT(struct clocks, mma_stall_percent)},
    U32("supported-reasons", supported_reasons),
    REASON("idle", REASON_IDLE),
    REASON("application-clocks", REASON_APPLICATION_CLOCKS),
    REASON("power-cap", REASON_POWER_CAP),
    REASON("hardware-slowdown", REASON_HARDWARE_SLOWDOWN),
    REASON("sync-boost", REASON_SYNC_BOOST),
    REASON("software-thermal", REASON_SOFTWARE_THERMAL),
    REASON("hardware-thermal", REASON_HARDWARE_THERMAL),
    REASON("power-brake", REASON_POWER_BRAKE),
    REASON("display", REASON_DISPLAY),
    REASON("board-limit", REASON_BOARD_LIMIT),
    REASON("reliability", REASON_RELIABILITY),
    VIOLATION("power", VIOLATION_POWER),
    VIOLATION("thermal", VIOLATION_THERMAL),
    VIOLATION("sync-boost", VIOLATION_SYNC_BOOST),
    VIOLATION("board-limit", VIOLATION_BOARD_LIMIT),
    VIOLATION("low-utilization", VIOLATION_LOW_UTILIZATION),
    VIOLATION("reliability", VIOLATION_RELIABILITY),
    VIOLATION("application-clocks", VIOLATION_APPLICATION_CLOCKS),
    VIOLATION("base-clocks", VIOLATION_BASE_CLOCKS),
    VIOLATION("software-thermal", VIOLATION_SOFTWARE_THERMAL),
    VIOLATION("hardware-thermal", VIOLATION_HARDWARE_THERMAL),
    VIOLATION("power-brake", VIOLATION_POWER_BRAKE),
};

static void made(struct machine *machine, struct gpu *gpu) {
  struct clocks *clocks = &gpu->clocks;
  if (clocks->application.graphics_mhz == UNSUPPORTED_U32) clocks->application = clocks->default_application;
  clocks->settled_ns = machine_now_ns(machine);
}

/* What was set does not outlive the driver's hold of the GPU. */
static void taken_up(struct machine *machine, struct gpu *gpu) {
  struct clocks *clocks = &gpu->clocks;
  clocks->locked_graphics = clocks->locked_memory = (struct clock_range){0};
  clocks->application = clocks->default_application;
  clocks->auto_boost = clocks->default_auto_boost;
  for (unsigned i = 0; i < PERFORMANCE_STATES_MAX; i++) clocks->states[i].graphics_offset_mhz = clocks->states[i].memory_offset_mhz = 0;
  memset(clocks->violation_ns, 0, sizeof clocks->violation_ns);
  clocks->settled_ns = machine_now_ns(machine);
  clocks_tell_changes(machine, gpu);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)attribute;
  clocks_tell_changes(machine, gpu);
}

static bool is_of_list(const struct attribute *attribute, const char *list) { return strncmp(attribute->name, list, strlen(list)) == 0; }

static unsigned length(const struct machine *machine, const struct gpu *gpu, const struct attribute *attribute) {
  (void)machine;
  if (is_of_list(attribute, "memory-clock.")) return memory_clock_count(gpu);
  if (is_of_list(attribute, "performance-state.")) return performance_state_count(gpu);
  return gpu->clocks.monitored == 1 ? CLOCK_MONITORS : 0;
}

static bool is_range(struct clock_range range) { return range.minimum_mhz <= range.maximum_mhz; }

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  const struct clocks *clocks = &gpu->clocks;
  if (!is_range(clocks->locked_graphics) || !is_range(clocks->locked_memory))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.clocks: a locked minimum is above its maximum: raise the maximum or lower the minimum", index);
  for (unsigned i = 0; i < memory_clock_count(gpu); i++)
    if (!is_range(clocks->memory_clocks[i].graphics) || clocks->graphics_step_khz == 0)
      return refuse(failure, "INVALID_INPUT", "gpu.%u.clocks.memory-clock.%u: has no range of graphics clocks: give its minimum, its maximum and graphics-step-khz", index, i);
  for (unsigned i = 1; i < performance_state_count(gpu); i++)
    if (clocks->states[i].number <= clocks->states[i - 1].number)
      return refuse(failure, "INVALID_INPUT", "gpu.%u.clocks.performance-state.%u.number: is not above the one before: list the states from P0 on", index, i);
  return true;
}

const struct topic clocks_topic = {.name = "clocks",
                                   .offset = offsetof(struct gpu, clocks),
                                   .attributes = ATTRIBUTES,
                                   .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                   .made = made,
                                   .driver_loaded = taken_up,
                                   .gpu_reset = taken_up,
                                   .settle = clocks_settle,
                                   .was_set = was_set,
                                   .length = length,
                                   .check = check};
