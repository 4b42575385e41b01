/* Temperatures, thresholds, fans. */
#ifndef GPUWRIGHT_TOPIC_THERMAL_H
#define GPUWRIGHT_TOPIC_THERMAL_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct gpu;

enum { FANS_MAX = 4, SENSORS_MAX = 3 };

enum fan_policy { FAN_AUTOMATIC, FAN_MANUAL };
struct fan {
  uint32_t policy;
  uint32_t speed_percent;  /* what the automatic policy does at the temperature that is set */
  uint32_t manual_percent; /* what somebody asked for */
  uint32_t control;        /* none, on and off, or variable */
  uint32_t cools;
};

enum sensor_target { SENSOR_GPU, SENSOR_MEMORY, SENSOR_BOARD };
struct sensor {
  uint32_t target;
  int32_t minimum_celsius, maximum_celsius;
};

struct thermal {
  uint32_t gpu_celsius, memory_celsius, board_celsius;
  uint32_t shutdown_celsius, slowdown_celsius, gpu_maximum_celsius, memory_maximum_celsius, gps_celsius;
  uint32_t target_celsius, target_minimum_celsius, target_maximum_celsius, target_default_celsius;
  uint32_t tells_margin; /* also how far it is from the maximum */
  struct sensor sensors[SENSORS_MAX];
  uint32_t fan_count; /* 0: somebody else's fans cool it */
  uint32_t fan_minimum_percent, fan_maximum_percent, fan_maximum_rpm;
  struct fan fans[FANS_MAX];
};

extern const struct topic thermal_topic;

/* Warms as the GPU does; UNSUPPORTED_U32 where there is no sensor. */
uint32_t memory_celsius_now(const struct machine *machine, const struct gpu *gpu);
uint32_t fan_percent_now(const struct machine *machine, const struct gpu *gpu, unsigned fan);
/* False: not within what the fans can. */
bool fan_hold(struct gpu *gpu, unsigned fan, uint32_t percent);

#endif
