/* The clocks and performance states that a product has. Graphics clocks are the multiples of one step, cut to whole megahertz. */
#include "attributes.h"
#include "machine.h"

unsigned memory_clock_count(const struct gpu *gpu) {
  unsigned count = 0;
  while (count < MEMORY_CLOCKS_MAX && gpu->clocks.memory_clocks[count].mhz != 0) count++;
  return count;
}

const struct memory_clock *memory_clock_of(const struct gpu *gpu, uint32_t mhz) {
  for (unsigned i = 0; i < memory_clock_count(gpu); i++)
    if (gpu->clocks.memory_clocks[i].mhz == mhz) return &gpu->clocks.memory_clocks[i];
  return NULL;
}

static uint32_t steps_in(const struct gpu *gpu, uint32_t mhz) { return (uint32_t)(((uint64_t)mhz * 1000 + 999) / gpu->clocks.graphics_step_khz); }
static uint32_t clock_of_steps(const struct gpu *gpu, uint32_t steps) { return (uint32_t)((uint64_t)steps * gpu->clocks.graphics_step_khz / 1000); }

uint32_t graphics_clock_below(const struct gpu *gpu, uint32_t mhz) { return gpu->clocks.graphics_step_khz == 0 ? mhz : clock_of_steps(gpu, steps_in(gpu, mhz)); }

unsigned graphics_clock_count(const struct gpu *gpu, const struct memory_clock *memory) {
  return steps_in(gpu, memory->graphics.maximum_mhz) - steps_in(gpu, memory->graphics.minimum_mhz) + 1;
}

uint32_t graphics_clock_at(const struct gpu *gpu, const struct memory_clock *memory, unsigned index) {
  return clock_of_steps(gpu, steps_in(gpu, memory->graphics.maximum_mhz) - index);
}

bool graphics_clock_is_supported(const struct gpu *gpu, const struct memory_clock *memory, uint32_t mhz) {
  return mhz >= memory->graphics.minimum_mhz && mhz <= memory->graphics.maximum_mhz && graphics_clock_below(gpu, mhz) == mhz;
}

unsigned performance_state_count(const struct gpu *gpu) {
  unsigned count = 0;
  while (count < PERFORMANCE_STATES_MAX && gpu->clocks.states[count].number != UNSUPPORTED_U32) count++;
  return count;
}

struct performance_state *performance_state_of(struct gpu *gpu, uint32_t number) {
  for (unsigned i = 0; i < performance_state_count(gpu); i++)
    if (gpu->clocks.states[i].number == number) return &gpu->clocks.states[i];
  return NULL;
}

uint32_t performance_state_now(const struct gpu *gpu, const struct live *live) {
  const struct clocks *clocks = &gpu->clocks;
  const unsigned count = performance_state_count(gpu);
  if (clocks->forced_state != 0) return clocks->forced_state - 1;
  /* States differ in their memory clocks. */
  for (unsigned i = 0; i < count; i++)
    if (live->clock_mhz[CLOCK_OF_MEMORY] >= clocks->states[i].memory.minimum_mhz) return clocks->states[i].number;
  return count == 0 ? PERFORMANCE_STATE_UNKNOWN : clocks->states[count - 1].number;
}

struct clock_range performance_state_range(const struct performance_state *state, enum clock_domain domain) {
  return domain == CLOCK_OF_MEMORY ? state->memory : domain == CLOCK_OF_VIDEO ? state->video : state->graphics;
}

int32_t performance_state_offset(const struct performance_state *state, enum clock_domain domain) {
  return domain == CLOCK_OF_MEMORY ? state->memory_offset_mhz : domain == CLOCK_OF_VIDEO ? 0 : state->graphics_offset_mhz;
}
