/* Confidential computing. */
#ifndef GPUWRIGHT_TOPIC_CC_H
#define GPUWRIGHT_TOPIC_CC_H

#include <stdint.h>

struct cc {
  uint32_t reserved;
};

extern const struct topic cc_topic;

#endif
