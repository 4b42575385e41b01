/* NVLink, as one GPU sees its links. */
#ifndef GPUWRIGHT_TOPIC_NVLINK_H
#define GPUWRIGHT_TOPIC_NVLINK_H

#include <stdint.h>

struct nvlink {
  uint32_t reserved;
};

extern const struct topic nvlink_topic;

#endif
