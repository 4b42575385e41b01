/* Encoder and frame buffer capture sessions. */
#ifndef GPUWRIGHT_TOPIC_SESSIONS_H
#define GPUWRIGHT_TOPIC_SESSIONS_H

#include <stdint.h>

struct sessions {
  uint32_t reserved;
};

extern const struct topic sessions_topic;

#endif
