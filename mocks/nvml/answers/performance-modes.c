/* Clocks as texts: `perf=0, nvclock=210, …`, the tokens that nvidia-settings knows. */
#include <stdio.h>
#include <string.h>
#include "api.h"
#include "attributes.h"

/* A clock as it is, and from where to where it can go. */
struct span {
  uint32_t now, minimum, maximum;
};

static void append(char *text, size_t size, const char *more) {
  const size_t used = strlen(text);
  snprintf(text + used, size - used, "%s", more);
}

static void append_clock(char *text, size_t size, const char *name, struct span span, bool editable) {
  char clock[192];
  snprintf(clock, sizeof clock, "%s=%u, %smin=%u, %smax=%u, %seditable=%u", name, span.now, name, span.minimum, name, span.maximum, name, editable);
  append(text, size, clock);
}

static struct span doubled(struct span span) { return (struct span){span.now * 2, span.minimum * 2, span.maximum * 2}; }

static void append_clocks(char *text, size_t size, const struct clocks *clocks, struct span graphics, struct span memory) {
  const bool memory_editable = clocks->memory_offsets.minimum_mhz != UNSUPPORTED_I32;
  append_clock(text, size, "nvclock", graphics, clocks->graphics_offsets.minimum_mhz != UNSUPPORTED_I32);
  append(text, size, ", ");
  append_clock(text, size, "memclock", memory, memory_editable);
  append(text, size, ", ");
  append_clock(text, size, "memtransferrate", doubled(memory), memory_editable);
}

static uint32_t moved(uint32_t mhz, int32_t offset) {
  const int64_t sum = (int64_t)mhz + offset;
  return sum > 0 ? (uint32_t)sum : 0;
}

/* Offsets move both ends. */
static struct span span_of(const struct performance_state *state, enum clock_domain domain) {
  const struct clock_range range = performance_state_range(state, domain);
  const int32_t offset = performance_state_offset(state, domain);
  const uint32_t minimum = moved(range.minimum_mhz, offset), maximum = moved(range.maximum_mhz, offset);
  return (struct span){minimum, minimum, maximum};
}

ANSWER(nvmlDeviceGetPerformanceModes, nvmlDevicePerfModes_v1_t *perfModes) {
  const struct clocks *clocks = &call->gpu->clocks;
  const unsigned count = performance_state_count(call->gpu);
  if (count == 0) return NVML_ERROR_NOT_SUPPORTED;
  memset(perfModes->str, 0, sizeof perfModes->str);
  /* Level 0 is the slowest state. */
  for (unsigned level = 0; level < count; level++) {
    char number[32];
    const struct performance_state *state = &clocks->states[count - 1 - level];
    snprintf(number, sizeof number, "%sperf=%u, ", level ? " ; " : "", level);
    append(perfModes->str, sizeof perfModes->str, number);
    append_clocks(perfModes->str, sizeof perfModes->str, clocks, span_of(state, CLOCK_OF_GRAPHICS), span_of(state, CLOCK_OF_MEMORY));
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetCurrentClockFreqs, nvmlDeviceCurrentClockFreqs_v1_t *currentClockFreqs) {
  const struct live live = live_now(call->machine, call->gpu);
  const struct performance_state *state = performance_state_of(call->gpu, performance_state_now(call->gpu, &live));
  if (!state) return NVML_ERROR_NOT_SUPPORTED;
  struct span graphics = span_of(state, CLOCK_OF_GRAPHICS), memory = span_of(state, CLOCK_OF_MEMORY);
  graphics.now = live.clock_mhz[CLOCK_OF_GRAPHICS];
  memory.now = live.clock_mhz[CLOCK_OF_MEMORY];
  memset(currentClockFreqs->str, 0, sizeof currentClockFreqs->str);
  append_clocks(currentClockFreqs->str, sizeof currentClockFreqs->str, &call->gpu->clocks, graphics, memory);
  return NVML_SUCCESS;
}
