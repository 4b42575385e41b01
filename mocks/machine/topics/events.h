/* What happened, for those who wait for it. */
#ifndef GPUWRIGHT_TOPIC_EVENTS_H
#define GPUWRIGHT_TOPIC_EVENTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct gpu;
struct machine;

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

enum { EVENTS_KEPT = 2048 };

struct event {
  uint64_t data;
  uint32_t gpu; /* its place in the machine */
  uint32_t kind;
};

struct events {
  uint64_t raised; /* ever; the last EVENTS_KEPT are kept */
  _Atomic uint32_t changes; /* what those who wait sleep on */
  struct event kept[EVENTS_KEPT];
};

extern const struct topic events_topic;

/* Tells everybody who waits. `data`: the Xid, or what the kind of event has for it; 0 where it has nothing. */
void event_raise(struct machine *machine, const struct gpu *gpu, enum event_kind kind, uint64_t data);
/* The event with this number, counted from 0; false if it is none, or no longer kept. */
bool event_at(const struct machine *machine, uint64_t number, struct event *out);
/* The number of the oldest that is kept. */
uint64_t events_oldest(const struct machine *machine);

/* Those who wait look again: something changed that is no event of theirs. */
void events_wake(struct machine *machine);
/* Without the lock: sleeps until there are other `changes` than were seen, at most so long. May wake for nothing. */
void events_sleep(struct machine *machine, uint32_t seen, unsigned milliseconds);

#endif
