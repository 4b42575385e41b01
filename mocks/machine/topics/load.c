#include <string.h>
#include "attributes.h"
#include "machine.h"

#define PERCENT(words, field) {.name = words, .kind = ATTRIBUTE_U32, .most = 100, ATTRIBUTE_AT(struct load, field)}

static const struct attribute ATTRIBUTES[] = {
    PERCENT("gpu-percent", gpu_percent),       PERCENT("memory-percent", memory_percent), PERCENT("encoder-percent", encoder_percent),
    PERCENT("decoder-percent", decoder_percent), PERCENT("jpeg-percent", jpeg_percent),     PERCENT("ofa-percent", ofa_percent),
};

/* What was set as used, and what simulated processes use. */
static uint64_t used_bytes(const struct machine *machine, const struct gpu *gpu) {
  const uint64_t most = gpu->memory.total_bytes - gpu->memory.reserved_bytes, used = gpu->memory.used_bytes + processes_memory(machine, gpu);
  return used < most ? used : most;
}

struct live live_at(const struct machine *machine, const struct gpu *gpu, int64_t time_ns) {
  (void)time_ns;
  const struct load *load = &gpu->load;
  struct live live = {.gpu_percent = load->gpu_percent,
                      .memory_percent = load->memory_percent,
                      .encoder_percent = load->encoder_percent,
                      .decoder_percent = load->decoder_percent,
                      .jpeg_percent = load->jpeg_percent,
                      .ofa_percent = load->ofa_percent,
                      .power_milliwatts = gpu->power.usage_milliwatts,
                      .gpu_celsius = gpu->thermal.gpu_celsius,
                      .used_bytes = used_bytes(machine, gpu)};
  memcpy(live.clock_mhz, gpu->clocks.current_mhz, sizeof live.clock_mhz);
  return live;
}

struct live live_now(const struct machine *machine, const struct gpu *gpu) { return live_at(machine, gpu, machine_now_ns(machine)); }

const struct topic load_topic = {.name = "load", .offset = offsetof(struct gpu, load), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES};
