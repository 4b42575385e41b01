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

/* The memory runs at one of its supported clocks: the nearest that the lock has room for. They are listed from the highest down. */
static uint32_t bound_memory(const struct gpu *gpu, uint32_t mhz) {
  const struct clocks *clocks = &gpu->clocks;
  const struct clock_range locked = clocks->locked_memory;
  const unsigned count = memory_clock_count(gpu);
  if (locked.maximum_mhz == 0 || count == 0)
    return clocks->application.memory_mhz == clocks->default_application.memory_mhz ? mhz : at_most(mhz, clocks->application.memory_mhz);
  for (unsigned i = count; mhz < locked.minimum_mhz && i > 0; i--)
    if (clocks->memory_clocks[i - 1].mhz >= locked.minimum_mhz) return clocks->memory_clocks[i - 1].mhz;
  for (unsigned i = 0; mhz > locked.maximum_mhz && i < count; i++)
    if (clocks->memory_clocks[i].mhz <= locked.maximum_mhz) return clocks->memory_clocks[i].mhz;
  return mhz;
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
