#include <string.h>
#include "attributes.h"
#include "load-pattern.h"
#include "machine.h"

#define PERCENT(words, field) {.name = words, .kind = ATTRIBUTE_U32, .most = 100, ATTRIBUTE_AT(struct load, field)}

static const char *const PATTERNS[] = {"none", "idle", "steady", "burst", "training", NULL};
static const struct attribute ATTRIBUTES[] = {
    PERCENT("gpu-percent", gpu_percent),
    PERCENT("memory-percent", memory_percent),
    PERCENT("encoder-percent", encoder_percent),
    PERCENT("decoder-percent", decoder_percent),
    PERCENT("jpeg-percent", jpeg_percent),
    PERCENT("ofa-percent", ofa_percent),
    {.name = "pattern", .kind = ATTRIBUTE_CHOICE, .choices = PATTERNS, ATTRIBUTE_AT(struct load, pattern)},
    PERCENT("level-percent", level_percent),
    {.name = "period-seconds", .kind = ATTRIBUTE_U32, .most = LOAD_LONGEST_PERIOD_SECONDS, ATTRIBUTE_AT(struct load, period_seconds)},
    {.name = "seed", .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct load, seed)},
    {.name = "start-unix-milliseconds", .kind = ATTRIBUTE_U64, .most = INT64_MAX / 1000000, ATTRIBUTE_AT(struct load, start_unix_milliseconds)},
};

static void start_now(const struct machine *machine, struct gpu *gpu) { gpu->load.start_unix_milliseconds = (uint64_t)(machine_now_ns(machine) / 1000000); }

static void made(struct machine *machine, struct gpu *gpu) {
  if (gpu->load.start_unix_milliseconds == 0) start_now(machine, gpu);
  gpu->load.since_ns = machine_now_ns(machine);
  gpu->load.since_microcelsius = (int64_t)gpu->thermal.gpu_celsius * 1000000;
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  load_settle(machine, gpu);
  gpu->load.since_millijoules = 0;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "pattern") == 0) start_now(machine, gpu);
}

const struct topic load_topic = {.name = "load",
                                 .offset = offsetof(struct gpu, load),
                                 .attributes = ATTRIBUTES,
                                 .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                 .made = made,
                                 .driver_loaded = driver_loaded,
                                 .settle = load_settle,
                                 .was_set = was_set};
