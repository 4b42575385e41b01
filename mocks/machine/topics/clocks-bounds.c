/* What a GPU would run at, held within what it may run at. */
#include "attributes.h"
#include "machine.h"

static uint32_t at_most(uint32_t value, uint32_t most) { return value < most ? value : most; }

static uint32_t within(uint32_t value, struct clock_range range) { return value < range.minimum_mhz ? range.minimum_mhz : at_most(value, range.maximum_mhz); }

/* All graphics clocks that the product supports, with whatever memory clock. */
static struct clock_range supported_graphics(const struct gpu *gpu) {
  struct clock_range all = {0, UINT32_MAX};
  for (unsigned i = 0; i < memory_clock_count(gpu); i++) {
    const struct clock_range one = gpu->clocks.memory_clocks[i].graphics;
    if (i == 0 || one.minimum_mhz < all.minimum_mhz) all.minimum_mhz = one.minimum_mhz;
    if (i == 0 || one.maximum_mhz > all.maximum_mhz) all.maximum_mhz = one.maximum_mhz;
  }
  return all;
}

static uint32_t bound_graphics(const struct gpu *gpu, uint32_t mhz) {
  const struct clocks *clocks = &gpu->clocks;
  if (clocks->locked_graphics.maximum_mhz != 0) {
    const struct clock_range supported = supported_graphics(gpu);
    const struct clock_range locked = {graphics_clock_below(gpu, within(clocks->locked_graphics.minimum_mhz, supported)),
                                       graphics_clock_below(gpu, within(clocks->locked_graphics.maximum_mhz, supported))};
    return within(mhz, locked);
  }
  /* Default application clocks bound nothing: the GPU boosts above them. */
  return clocks->application.graphics_mhz == clocks->default_application.graphics_mhz ? mhz : at_most(mhz, clocks->application.graphics_mhz);
}

/* The supported memory clocks that a lock has room for; where it has room for none, the next below, or the lowest of all. */
static struct clock_range locked_memory(const struct gpu *gpu) {
  const struct clock_range locked = gpu->clocks.locked_memory;
  const unsigned count = memory_clock_count(gpu);
  struct clock_range found = {0};
  for (unsigned i = 0; i < count; i++) { /* from the highest down */
    const uint32_t mhz = gpu->clocks.memory_clocks[i].mhz;
    if (mhz > locked.maximum_mhz && i + 1 < count) continue;
    if (found.maximum_mhz == 0) found = (struct clock_range){mhz, mhz};
    if (mhz >= locked.minimum_mhz) found.minimum_mhz = mhz;
  }
  return found;
}

static uint32_t bound_memory(const struct gpu *gpu, uint32_t mhz) {
  const struct clocks *clocks = &gpu->clocks;
  if (clocks->locked_memory.maximum_mhz != 0 && memory_clock_count(gpu) > 0) return within(mhz, locked_memory(gpu));
  return clocks->application.memory_mhz == clocks->default_application.memory_mhz ? mhz : at_most(mhz, clocks->application.memory_mhz);
}

void clocks_bound(const struct gpu *gpu, struct live *live) {
  live->clock_mhz[CLOCK_OF_MEMORY] = bound_memory(gpu, live->clock_mhz[CLOCK_OF_MEMORY]);
  const bool slowed = clocks_reasons(gpu, live) >> REASON_HARDWARE_SLOWDOWN & 1;
  for (enum clock_domain domain = CLOCK_OF_GRAPHICS; domain <= CLOCK_OF_SM; domain++) {
    uint32_t *mhz = &live->clock_mhz[domain];
    *mhz = bound_graphics(gpu, *mhz);
    if (slowed) *mhz = at_most(*mhz, graphics_clock_below(gpu, gpu->clocks.maximum_mhz[domain] / 2));
  }
}
