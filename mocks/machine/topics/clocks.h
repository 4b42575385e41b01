/* Clocks and what holds them down. */
#ifndef GPUWRIGHT_TOPIC_CLOCKS_H
#define GPUWRIGHT_TOPIC_CLOCKS_H

#include <stdint.h>

enum clock_domain { CLOCK_OF_GRAPHICS, CLOCK_OF_SM, CLOCK_OF_MEMORY, CLOCK_OF_VIDEO, CLOCK_DOMAINS };

struct clocks {
  uint32_t current_mhz[CLOCK_DOMAINS], maximum_mhz[CLOCK_DOMAINS];
};

extern const struct topic clocks_topic;

#endif
