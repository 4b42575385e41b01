/* Accounting: what processes used, also after they ended. */
#ifndef GPUWRIGHT_TOPIC_ACCOUNTING_H
#define GPUWRIGHT_TOPIC_ACCOUNTING_H

#include <stdint.h>

struct accounting {
  uint32_t reserved;
};

extern const struct topic accounting_topic;

#endif
