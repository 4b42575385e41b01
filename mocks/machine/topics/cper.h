/* Error records as firmware reports them. */
#ifndef GPUWRIGHT_TOPIC_CPER_H
#define GPUWRIGHT_TOPIC_CPER_H

#include <stdint.h>

struct cper {
  uint32_t reserved;
};

extern const struct topic cper_topic;

#endif
