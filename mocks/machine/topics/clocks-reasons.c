/* Why clocks are lower than they could be, and for how long they were. */
#include <string.h>
#include "attributes.h"
#include "machine.h"

#define BIT(reason) (1u << (reason))

static const uint32_t COUNTED_FOR[VIOLATIONS] = {
    [VIOLATION_POWER] = BIT(REASON_POWER_CAP),
    [VIOLATION_THERMAL] = BIT(REASON_SOFTWARE_THERMAL) | BIT(REASON_HARDWARE_THERMAL),
    [VIOLATION_SYNC_BOOST] = BIT(REASON_SYNC_BOOST),
    [VIOLATION_BOARD_LIMIT] = BIT(REASON_BOARD_LIMIT),
    [VIOLATION_LOW_UTILIZATION] = BIT(REASON_IDLE),
    [VIOLATION_RELIABILITY] = BIT(REASON_RELIABILITY),
    [VIOLATION_APPLICATION_CLOCKS] = BIT(REASON_BELOW_APPLICATION_CLOCKS),
    [VIOLATION_BASE_CLOCKS] = BIT(REASON_BELOW_BASE_CLOCKS),
    [VIOLATION_SOFTWARE_THERMAL] = BIT(REASON_SOFTWARE_THERMAL),
    [VIOLATION_HARDWARE_THERMAL] = BIT(REASON_HARDWARE_THERMAL),
    [VIOLATION_POWER_BRAKE] = BIT(REASON_POWER_BRAKE),
};

static bool is_busy(const struct live *live) {
  return live->gpu_percent > 0 || live->encoder_percent > 0 || live->decoder_percent > 0 || live->jpeg_percent > 0 || live->ofa_percent > 0;
}

static bool is_hot(const struct live *live, uint32_t threshold) { return threshold != UNSUPPORTED_U32 && live->gpu_celsius >= threshold; }

/* Nothing is lower than what is unsupported. */
static bool is_below(uint32_t mhz, uint32_t than) { return than != UNSUPPORTED_U32 && mhz < than; }

uint32_t clocks_reasons(const struct gpu *gpu, const struct live *live) {
  const struct clocks *clocks = &gpu->clocks;
  const uint32_t limit = power_enforced_limit(gpu), graphics = live->clock_mhz[CLOCK_OF_GRAPHICS];
  const bool busy = is_busy(live);
  uint32_t reasons = 0;
  for (unsigned reason = 0; reason < REASONS; reason++)
    if (clocks->forced_reasons[reason]) reasons |= BIT(reason);
  if (!busy) reasons |= BIT(REASON_IDLE);
  if (busy && clocks->locked_graphics.maximum_mhz == 0 && clocks->application.graphics_mhz != clocks->default_application.graphics_mhz)
    reasons |= BIT(REASON_APPLICATION_CLOCKS);
  if (limit != UNSUPPORTED_U32 && live->power_milliwatts >= limit) reasons |= BIT(REASON_POWER_CAP);
  if (is_hot(live, gpu->thermal.gpu_maximum_celsius)) reasons |= BIT(REASON_SOFTWARE_THERMAL);
  if (is_hot(live, gpu->thermal.slowdown_celsius)) reasons |= BIT(REASON_HARDWARE_THERMAL);
  if (reasons & (BIT(REASON_HARDWARE_THERMAL) | BIT(REASON_POWER_BRAKE))) reasons |= BIT(REASON_HARDWARE_SLOWDOWN);
  reasons &= clocks->supported_reasons | ~(BIT(REASONS_TOLD) - 1);
  if (busy && is_below(graphics, clocks->application.graphics_mhz)) reasons |= BIT(REASON_BELOW_APPLICATION_CLOCKS);
  if (busy && is_below(graphics, clocks->base_graphics_mhz)) reasons |= BIT(REASON_BELOW_BASE_CLOCKS);
  return reasons;
}

/* A load may have moved in between, so the time is looked at in slices; where nothing moves this is exact. */
static void count(const struct machine *machine, const struct gpu *gpu, int64_t until_ns, uint64_t *counted) {
  enum { SLICES = 64 };
  const int64_t span = until_ns - gpu->clocks.settled_ns;
  memcpy(counted, gpu->clocks.violation_ns, sizeof gpu->clocks.violation_ns);
  if (span <= 0) return;
  for (int64_t slice = 0; slice < SLICES; slice++) {
    const int64_t from = span / SLICES * slice, to = slice == SLICES - 1 ? span : span / SLICES * (slice + 1);
    const struct live live = live_at(machine, gpu, gpu->clocks.settled_ns + from + (to - from) / 2);
    const uint32_t reasons = clocks_reasons(gpu, &live);
    for (unsigned i = 0; i < VIOLATIONS; i++)
      if (reasons & COUNTED_FOR[i]) counted[i] += (uint64_t)(to - from);
  }
}

uint64_t clocks_violation_ns(const struct machine *machine, const struct gpu *gpu, enum violation violation) {
  uint64_t counted[VIOLATIONS];
  count(machine, gpu, machine_now_ns(machine), counted);
  return counted[violation];
}

void clocks_settle(struct machine *machine, struct gpu *gpu) {
  uint64_t counted[VIOLATIONS];
  const int64_t now = machine_now_ns(machine);
  count(machine, gpu, now, counted);
  memcpy(gpu->clocks.violation_ns, counted, sizeof counted);
  gpu->clocks.settled_ns = now;
}

void clocks_tell_changes(struct machine *machine, struct gpu *gpu) {
  struct clocks *clocks = &gpu->clocks;
  const struct live live = live_now(machine, gpu);
  const uint32_t state = performance_state_now(gpu, &live);
  if (state != clocks->told_state) event_raise(machine, gpu, EVENT_PSTATE, 0);
  if (memcmp(clocks->told_mhz, live.clock_mhz, sizeof clocks->told_mhz) != 0) event_raise(machine, gpu, EVENT_CLOCK, 0);
  clocks->told_state = state;
  memcpy(clocks->told_mhz, live.clock_mhz, sizeof clocks->told_mhz);
}
