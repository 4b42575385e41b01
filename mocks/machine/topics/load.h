/* How busy it is. */
#ifndef GPUWRIGHT_TOPIC_LOAD_H
#define GPUWRIGHT_TOPIC_LOAD_H

#include <stdint.h>

struct load {
  uint32_t gpu_percent, memory_percent;
};

extern const struct topic load_topic;

#endif
