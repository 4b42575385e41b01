/* How a GPU's memory and processors get repaired, beyond pages and rows (page-retirement.c, row-remapping.c). */
#ifndef GPUWRIGHT_TOPIC_REPAIR_H
#define GPUWRIGHT_TOPIC_REPAIR_H

#include <stdint.h>

struct repair {
  uint32_t channel_pending, tpc_pending; /* the next GPU reset carries it out */
  uint32_t unrepairable_memory;
  uint32_t inactive_correctable, inactive_uncorrectable; /* rows that were remapped once and are not any more */
};

extern const struct topic repair_topic;

#endif
