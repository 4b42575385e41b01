#include "attributes.h"
#include "machine.h"

enum { HOTTEST_CELSIUS = 150 };

static const char *const POLICIES[] = {"automatic", "manual", NULL};
static const char *const CONTROLS[] = {"none", "toggle", "variable", NULL};
static const char *const COOLED[] = {"none", "gpu", "memory", "power-supply", "gpu-related", NULL};
static const char *const TARGETS[] = {"gpu", "memory", "board", NULL};

#define CELSIUS(words, field, is_optional) {.name = words, .kind = ATTRIBUTE_U32, .most = HOTTEST_CELSIUS, .optional = (is_optional), ATTRIBUTE_AT(struct thermal, field)}
#define PERCENT(words, field) {.name = words, .kind = ATTRIBUTE_U32, .most = 100, ATTRIBUTE_AT(struct thermal, field)}
#define OF_FAN(field) ATTRIBUTE_EACH(struct thermal, fans, .field)
#define OF_SENSOR(field) ATTRIBUTE_EACH(struct thermal, sensors, .field)

static const struct attribute ATTRIBUTES[] = {
    CELSIUS("gpu-celsius", gpu_celsius, false),
    CELSIUS("memory-celsius", memory_celsius, true),
    CELSIUS("board-celsius", board_celsius, true),
    CELSIUS("shutdown-celsius", shutdown_celsius, true),
    CELSIUS("slowdown-celsius", slowdown_celsius, true),
    CELSIUS("gpu-maximum-celsius", gpu_maximum_celsius, true),
    CELSIUS("memory-maximum-celsius", memory_maximum_celsius, true),
    CELSIUS("gps-celsius", gps_celsius, true),
    CELSIUS("target-celsius", target_celsius, true),
    CELSIUS("target-minimum-celsius", target_minimum_celsius, true),
    CELSIUS("target-maximum-celsius", target_maximum_celsius, true),
    CELSIUS("target-default-celsius", target_default_celsius, true),
    {.name = "tells-margin", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct thermal, tells_margin)},
    {.name = "sensor.#.target", .kind = ATTRIBUTE_CHOICE, .choices = TARGETS, .optional = true, OF_SENSOR(target)},
    {.name = "sensor.#.minimum-celsius", .kind = ATTRIBUTE_I32, OF_SENSOR(minimum_celsius)},
    {.name = "sensor.#.maximum-celsius", .kind = ATTRIBUTE_I32, OF_SENSOR(maximum_celsius)},
    {.name = "fans", .kind = ATTRIBUTE_U32, .most = FANS_MAX, ATTRIBUTE_AT(struct thermal, fan_count)},
    PERCENT("fan-minimum-percent", fan_minimum_percent),
    PERCENT("fan-maximum-percent", fan_maximum_percent),
    {.name = "fan-maximum-rpm", .kind = ATTRIBUTE_U32, .most = 100000, .optional = true, ATTRIBUTE_AT(struct thermal, fan_maximum_rpm)},
    {.name = "fan.#.policy", .kind = ATTRIBUTE_CHOICE, .choices = POLICIES, OF_FAN(policy)},
    {.name = "fan.#.speed-percent", .kind = ATTRIBUTE_U32, .most = 100, OF_FAN(speed_percent)},
    {.name = "fan.#.manual-percent", .kind = ATTRIBUTE_U32, .most = 100, OF_FAN(manual_percent)},
    {.name = "fan.#.control", .kind = ATTRIBUTE_CHOICE, .choices = CONTROLS, OF_FAN(control)},
    {.name = "fan.#.cools", .kind = ATTRIBUTE_CHOICE, .choices = COOLED, OF_FAN(cools)},
};

/* How much warmer the GPU is than what was set; a load pattern moves it. */
static int32_t warming(const struct machine *machine, const struct gpu *gpu) {
  return (int32_t)live_now(machine, gpu).gpu_celsius - (int32_t)gpu->thermal.gpu_celsius;
}

static uint32_t bounded(int32_t value, uint32_t least, uint32_t most) { return value < (int32_t)least ? least : value > (int32_t)most ? most : (uint32_t)value; }

uint32_t memory_celsius_now(const struct machine *machine, const struct gpu *gpu) {
  if (gpu->thermal.memory_celsius == UNSUPPORTED_U32) return UNSUPPORTED_U32;
  return bounded((int32_t)gpu->thermal.memory_celsius + warming(machine, gpu), 0, HOTTEST_CELSIUS);
}

uint32_t fan_percent_now(const struct machine *machine, const struct gpu *gpu, unsigned fan) {
  enum { PERCENT_PER_DEGREE = 2 };
  const struct fan *state = &gpu->thermal.fans[fan];
  if (state->policy == FAN_MANUAL) return state->manual_percent;
  return bounded((int32_t)state->speed_percent + PERCENT_PER_DEGREE * warming(machine, gpu), 0, gpu->thermal.fan_maximum_percent);
}

bool fan_hold(struct gpu *gpu, unsigned fan, uint32_t percent) {
  if (percent < gpu->thermal.fan_minimum_percent || percent > gpu->thermal.fan_maximum_percent) return false;
  gpu->thermal.fans[fan].manual_percent = percent;
  gpu->thermal.fans[fan].policy = FAN_MANUAL;
  return true;
}

/* A product whose first target nobody named has it from now on. */
static void adopt_target(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->thermal.target_default_celsius == UNSUPPORTED_U32) gpu->thermal.target_default_celsius = gpu->thermal.target_celsius;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)attribute;
  adopt_target(machine, gpu);
}

/* Nobody who held a fan or chose a temperature is there any more. */
static void begin_anew(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  for (int fan = 0; fan < FANS_MAX; fan++) gpu->thermal.fans[fan].policy = FAN_AUTOMATIC;
  gpu->thermal.target_celsius = gpu->thermal.target_default_celsius;
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  const struct thermal *thermal = &gpu->thermal;
  if (thermal->fan_minimum_percent > thermal->fan_maximum_percent)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.thermal.fan-minimum-percent: is above fan-maximum-percent: lower it", index);
  if (thermal->target_celsius != UNSUPPORTED_U32 && (thermal->target_minimum_celsius > thermal->target_celsius || thermal->target_maximum_celsius < thermal->target_celsius))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.thermal.target-celsius: is not between target-minimum-celsius and target-maximum-celsius: give all three", index);
  if (thermal->tells_margin && thermal->gpu_maximum_celsius == UNSUPPORTED_U32)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.thermal.tells-margin: there is no maximum to be distant from: give gpu-maximum-celsius", index);
  for (unsigned sensor = 0; sensor < SENSORS_MAX; sensor++) {
    const uint32_t target = thermal->sensors[sensor].target;
    if ((target == SENSOR_MEMORY && thermal->memory_celsius == UNSUPPORTED_U32) || (target == SENSOR_BOARD && thermal->board_celsius == UNSUPPORTED_U32))
      return refuse(failure, "INVALID_INPUT", "gpu.%u.thermal.sensor.%u: has no temperature: give %s-celsius", index, sensor, TARGETS[target]);
  }
  return true;
}

const struct topic thermal_topic = {.name = "thermal",
                                    .offset = offsetof(struct gpu, thermal),
                                    .attributes = ATTRIBUTES,
                                    .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                    .made = adopt_target,
                                    .driver_loaded = begin_anew,
                                    .gpu_reset = begin_anew,
                                    .was_set = was_set,
                                    .check = check};
