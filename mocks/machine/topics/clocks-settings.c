/* Setting clocks: what is in range is taken, until the driver lets go of the GPU. */
#include "attributes.h"
#include "machine.h"

static enum setting taken(struct machine *machine, struct gpu *gpu) {
  clocks_tell_changes(machine, gpu);
  return SETTING_TAKEN;
}

enum setting clocks_lock_graphics(struct machine *machine, struct gpu *gpu, struct clock_range range) {
  if (range.minimum_mhz > range.maximum_mhz) return SETTING_OUT_OF_RANGE;
  topics_settle(machine, gpu);
  gpu->clocks.locked_graphics = range;
  return taken(machine, gpu);
}

enum setting clocks_lock_memory(struct machine *machine, struct gpu *gpu, struct clock_range range) {
  if (gpu->clocks.memory_switch != MEMORY_SWITCH_RUNTIME) return SETTING_NOT_THERE;
  if (range.minimum_mhz > range.maximum_mhz) return SETTING_OUT_OF_RANGE;
  topics_settle(machine, gpu);
  gpu->clocks.locked_memory = range;
  return taken(machine, gpu);
}

enum setting clocks_set_application(struct machine *machine, struct gpu *gpu, struct clock_pair pair) {
  if (gpu->clocks.default_application.graphics_mhz == UNSUPPORTED_U32) return SETTING_NOT_THERE;
  const struct memory_clock *memory = memory_clock_of(gpu, pair.memory_mhz);
  if (!memory || !graphics_clock_is_supported(gpu, memory, pair.graphics_mhz)) return SETTING_OUT_OF_RANGE;
  topics_settle(machine, gpu);
  gpu->clocks.application = pair;
  return taken(machine, gpu);
}

enum setting clocks_set_auto_boost(struct gpu *gpu, bool on, bool by_default) {
  if (gpu->clocks.auto_boost == UNSUPPORTED_U32) return SETTING_NOT_THERE;
  gpu->clocks.auto_boost = on;
  if (by_default) gpu->clocks.default_auto_boost = on;
  return SETTING_TAKEN;
}

enum setting clocks_set_offset(struct machine *machine, struct gpu *gpu, enum clock_domain domain, uint32_t number, int32_t mhz) {
  const struct offset_range range = domain == CLOCK_OF_MEMORY ? gpu->clocks.memory_offsets : gpu->clocks.graphics_offsets;
  if (range.minimum_mhz == UNSUPPORTED_I32) return SETTING_NOT_THERE;
  if (mhz < range.minimum_mhz || mhz > range.maximum_mhz) return SETTING_OUT_OF_RANGE;
  if (number != PERFORMANCE_STATE_UNKNOWN && !performance_state_of(gpu, number)) return SETTING_OUT_OF_RANGE;
  for (unsigned i = 0; i < performance_state_count(gpu); i++) {
    struct performance_state *state = &gpu->clocks.states[i];
    if (number != PERFORMANCE_STATE_UNKNOWN && number != state->number) continue;
    if (domain == CLOCK_OF_MEMORY) state->memory_offset_mhz = mhz;
    else state->graphics_offset_mhz = mhz;
  }
  return taken(machine, gpu);
}
