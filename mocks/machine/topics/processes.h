/* The processes that run on the GPUs. */
#ifndef GPUWRIGHT_TOPIC_PROCESSES_H
#define GPUWRIGHT_TOPIC_PROCESSES_H

#include <stdint.h>

struct process_table {
  uint32_t reserved;
};

extern const struct topic processes_topic;

#endif
