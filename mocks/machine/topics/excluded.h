/* GPUs that the driver was told to leave alone. */
#ifndef GPUWRIGHT_TOPIC_EXCLUDED_H
#define GPUWRIGHT_TOPIC_EXCLUDED_H

#include <stdint.h>

struct excluded {
  uint32_t reserved;
};

extern const struct topic excluded_topic;

#endif
