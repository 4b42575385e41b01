#include "units.h"
#include "attributes.h"
#include "machine.h"

#define UNIT_TEXT(words, field) {.name = "#." words, .kind = ATTRIBUTE_TEXT, ATTRIBUTE_EACH(struct units, unit, field)}
#define UNIT_NUMBER(words, field) {.name = "#." words, .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct units, unit, field)}
#define UNIT_OPTIONAL(words, field) {.name = "#." words, .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_EACH(struct units, unit, field)}
/* Of each fan of each unit. */
#define FAN(words, of, field) \
  {.name = "#.fan.#." words, .kind = of, .offset = offsetof(struct units, unit[0].fan[0].field), .size = sizeof(uint32_t), .counts = {UNITS_MAX, UNIT_FANS_MAX}, \
   .strides = {sizeof(struct unit), sizeof(struct unit_fan)}}

static const char *const COLORS[] = {"green", "amber", NULL};

static const struct attribute ATTRIBUTES[] = {
    {.name = "count", .kind = ATTRIBUTE_U32, .most = UNITS_MAX, .fixed = true, ATTRIBUTE_AT(struct units, count)},
    {.name = "hic-count", .kind = ATTRIBUTE_U32, .most = UNITS_MAX, ATTRIBUTE_AT(struct units, hic_count)},
    {.name = "hic.#.id", .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct units, hic, .id)},
    {.name = "hic.#.firmware", .kind = ATTRIBUTE_TEXT, ATTRIBUTE_EACH(struct units, hic, .firmware)},
    UNIT_TEXT("name", .name),
    UNIT_TEXT("id", .id),
    UNIT_TEXT("serial", .serial),
    UNIT_TEXT("firmware", .firmware),
    UNIT_NUMBER("first-gpu", .first_gpu),
    UNIT_NUMBER("gpu-count", .gpu_count),
    {.name = "#.led", .kind = ATTRIBUTE_CHOICE, .choices = COLORS, ATTRIBUTE_EACH(struct units, unit, .led)},
    UNIT_TEXT("led-cause", .led_cause),
    UNIT_TEXT("psu.state", .psu_state),
    UNIT_NUMBER("psu.amperes", .psu_amperes),
    UNIT_NUMBER("psu.volts", .psu_volts),
    UNIT_NUMBER("psu.watts", .psu_watts),
    UNIT_OPTIONAL("intake-celsius", .celsius[0]),
    UNIT_OPTIONAL("exhaust-celsius", .celsius[1]),
    UNIT_OPTIONAL("board-celsius", .celsius[2]),
    {.name = "#.fan-count", .kind = ATTRIBUTE_U32, .most = UNIT_FANS_MAX, ATTRIBUTE_EACH(struct units, unit, .fan_count)},
    FAN("speed-rpm", ATTRIBUTE_U32, speed_rpm),
    FAN("failed", ATTRIBUTE_SWITCH, failed),
};

struct unit *unit_of(struct machine *machine, uint64_t index) { return index < machine->units.count ? &machine->units.unit[index] : NULL; }

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)gpu, (void)index;
  for (unsigned i = 0; i < machine->units.count; i++) {
    const struct unit *unit = &machine->units.unit[i];
    if (unit->first_gpu > machine->gpu_count || unit->gpu_count > machine->gpu_count - unit->first_gpu)
      return refuse(failure, "INVALID_INPUT", "units.%u: has GPUs that the host does not have: lower first-gpu or gpu-count, there are %u", i, machine->gpu_count);
  }
  return true;
}

static void repair(struct machine *machine, struct gpu *gpu) {
  struct units *units = &machine->units;
  (void)gpu;
  if (units->count > UNITS_MAX) units->count = UNITS_MAX;
  if (units->hic_count > UNITS_MAX) units->hic_count = UNITS_MAX;
  for (unsigned i = 0; i < UNITS_MAX; i++)
    if (units->unit[i].fan_count > UNIT_FANS_MAX) units->unit[i].fan_count = UNIT_FANS_MAX;
}

const struct topic units_topic = {.name = "units",
                                  .of_machine = true,
                                  .offset = offsetof(struct machine, units),
                                  .attributes = ATTRIBUTES,
                                  .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                  .repair = repair,
                                  .check = check};
