/* Event sets: objects of this process that remember what of the machine's events they are for, and how far they have been read.
 * Any thread may use them, under the machine's lock. */
#ifndef GPUWRIGHT_NVML_EVENT_SETS_H
#define GPUWRIGHT_NVML_EVENT_SETS_H

#include "call.h"

struct handle;

struct event_set {
  struct event_set *next;
  struct handle *handle;
  unsigned users; /* who made it, and each call that waits on it */
  bool of_system, freed;
  uint64_t position; /* of the first event that it has not looked at */
  uint64_t since[GPU_MAX][EVENT_KINDS]; /* what came before the registration is not for it; EVENT_NEVER: not registered */
};
#define EVENT_NEVER UINT64_MAX

/* NULL where there is no memory, or no handle left. */
struct event_set *event_set_make(const struct machine *machine, bool of_system);
void event_set_register(struct event_set *set, const struct machine *machine, unsigned gpu, enum event_kind kind);
/* The next event that is for it. */
bool event_set_take(struct event_set *set, const struct machine *machine, struct event *out);
/* Something is registered of a GPU that this process can no longer reach. */
bool event_set_lost_a_gpu(const struct event_set *set, const struct machine *machine);

/* It names nothing from now on; its memory stays until the last who waits has noticed. */
void event_set_free(struct event_set *set, struct machine *machine);
/* At the end of what this process has from the driver. */
void event_sets_free_all(struct machine *machine);
void event_set_hold(struct event_set *set);
void event_set_let_go(struct event_set *set);

#endif
