/* Which processors and memory are near, and how GPUs reach each other. */
#ifndef GPUWRIGHT_TOPIC_TOPOLOGY_H
#define GPUWRIGHT_TOPIC_TOPOLOGY_H

#include <stdint.h>

struct topology {
  uint32_t reserved;
};

extern const struct topic topology_topic;

#endif
