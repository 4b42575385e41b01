/* The NVLink fabric that a GPU was registered with, and where the GPU stands in its rack. */
#ifndef GPUWRIGHT_TOPIC_FABRIC_H
#define GPUWRIGHT_TOPIC_FABRIC_H

#include <stdint.h>

struct fabric {
  uint32_t reserved;
};

extern const struct topic fabric_topic;

#endif
