/* Temperatures, thresholds, fans. */
#ifndef GPUWRIGHT_TOPIC_THERMAL_H
#define GPUWRIGHT_TOPIC_THERMAL_H

#include <stdint.h>

struct thermal {
  uint32_t gpu_celsius;
};

extern const struct topic thermal_topic;

#endif
