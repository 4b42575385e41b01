/* Its memory, and how that is repaired. */
#ifndef GPUWRIGHT_TOPIC_MEMORY_H
#define GPUWRIGHT_TOPIC_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;

/* What a bad part of the memory is taken out of use by. */
enum memory_repair { REPAIR_NONE, REPAIR_PAGE_RETIREMENT, REPAIR_ROW_REMAPPING };

struct memory {
  uint64_t total_bytes, reserved_bytes, used_bytes;
  uint32_t repair; /* enum memory_repair */
  uint32_t banks, row_bytes;
};

extern const struct topic memory_topic;

bool gpu_retires_pages(const struct gpu *gpu);
bool gpu_remaps_rows(const struct gpu *gpu);

#endif
