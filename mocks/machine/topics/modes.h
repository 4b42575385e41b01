/* Modes that somebody chose: persistence, compute mode and the like. */
#ifndef GPUWRIGHT_TOPIC_MODES_H
#define GPUWRIGHT_TOPIC_MODES_H

#include <stdint.h>

/* What only root may do unless root allows it to everybody. */
enum restricted_api { RESTRICTED_APPLICATION_CLOCKS, RESTRICTED_AUTO_BOOSTED_CLOCKS, RESTRICTED_APIS };

struct modes {
  uint32_t persistence;
  int64_t persistence_off_ns; /* when persistence was last switched off */
  uint32_t compute;
  uint32_t operation, operation_pending; /* the pending one takes effect at the next boot */
  int64_t booted_ns;                     /* the boot that `operation` is of */
  uint32_t restricted[RESTRICTED_APIS];
  uint32_t display, display_active;
  uint32_t gsp, gsp_standard; /* its firmware runs the driver's part; standard: unless somebody chose otherwise */
  uint32_t addressing;
  uint64_t rusd_poll_mask; /* what the driver keeps up to date in read-only user shared data */
};

extern const struct topic modes_topic;

#endif
