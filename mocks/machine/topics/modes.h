/* Modes that somebody chose: persistence, compute mode and the like. */
#ifndef GPUWRIGHT_TOPIC_MODES_H
#define GPUWRIGHT_TOPIC_MODES_H

#include <stdint.h>

struct modes {
  uint32_t persistence;
  int64_t persistence_off_ns; /* when persistence was last switched off */
};

extern const struct topic modes_topic;

#endif
