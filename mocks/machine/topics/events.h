/* What happened, for those who wait for it. */
#ifndef GPUWRIGHT_TOPIC_EVENTS_H
#define GPUWRIGHT_TOPIC_EVENTS_H

#include <stdint.h>

struct gpu;

enum event_kind {
  EVENT_SINGLE_BIT_ECC,
  EVENT_DOUBLE_BIT_ECC,
  EVENT_PSTATE,
  EVENT_XID,
  EVENT_CLOCK,
  EVENT_POWER_SOURCE,
  EVENT_MIG_CONFIGURATION,
  EVENT_SINGLE_BIT_ECC_STORM,
  EVENT_MEMORY_RETIREMENT,
  EVENT_MEMORY_RETIREMENT_FAILURE,
  EVENT_NON_FATAL_POISON,
  EVENT_FATAL_POISON,
  EVENT_GPU_UNAVAILABLE,
  EVENT_RECOVERY_ACTION,
  EVENT_DRIVER_UNBIND, /* these two are the host's: of a GPU that left the driver or came to it */
  EVENT_DRIVER_BIND,
  EVENT_KINDS
};

struct events {
  uint32_t reserved;
};

extern const struct topic events_topic;

/* Tells everybody who waits. `data`: the Xid, or what the kind of event has for it; 0 where it has nothing. */
void event_raise(struct machine *machine, const struct gpu *gpu, enum event_kind kind, uint64_t data);

#endif
