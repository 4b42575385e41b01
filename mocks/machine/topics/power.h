/* Power and its limits. */
#ifndef GPUWRIGHT_TOPIC_POWER_H
#define GPUWRIGHT_TOPIC_POWER_H

#include <stdint.h>

struct power {
  uint32_t usage_milliwatts;
};

extern const struct topic power_topic;

#endif
