/* What happened, for those who wait for it. */
#ifndef GPUWRIGHT_TOPIC_EVENTS_H
#define GPUWRIGHT_TOPIC_EVENTS_H

#include <stdint.h>

struct events {
  uint32_t reserved;
};

extern const struct topic events_topic;

#endif
