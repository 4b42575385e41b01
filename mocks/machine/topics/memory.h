/* Its memory, and how that is repaired. */
#ifndef GPUWRIGHT_TOPIC_MEMORY_H
#define GPUWRIGHT_TOPIC_MEMORY_H

#include <stdint.h>

struct memory {
  uint64_t total_bytes, reserved_bytes, used_bytes;
  uint32_t row_remapping; /* 0: page retirement */
  uint32_t banks, row_bytes;
};

extern const struct topic memory_topic;

#endif
