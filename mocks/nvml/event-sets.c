#include "event-sets.h"
#include <stdlib.h>
#include <string.h>
#include "handles.h"
#include "instance.h"

static struct event_set *sets; /* guarded by the machine's lock */

struct event_set *event_set_make(const struct machine *machine, bool of_system) {
  struct event_set *set = malloc(sizeof *set);
  if (!set) return NULL;
  *set = (struct event_set){.next = sets, .users = 1, .of_system = of_system, .position = machine->events.raised};
  memset(set->since, 0xff, sizeof set->since);
  set->handle = handle_of(OPERAND_EVENT_SET, GPU_ANY, false, (uintptr_t)set);
  if (!set->handle) {
    free(set);
    return NULL;
  }
  return sets = set;
}

void event_set_register(struct event_set *set, const struct machine *machine, unsigned gpu, enum event_kind kind) {
  if (set->since[gpu][kind] == EVENT_NEVER) set->since[gpu][kind] = machine->events.raised;
}

bool event_set_take(struct event_set *set, const struct machine *machine, struct event *out) {
  const uint64_t oldest = events_oldest(machine);
  if (set->position < oldest) set->position = oldest;
  while (event_at(machine, set->position, out)) {
    const uint64_t number = set->position++;
    if (set->since[out->gpu][out->kind] <= number) return true;
  }
  return false;
}

static bool has_registered(const struct event_set *set, unsigned gpu) {
  for (unsigned kind = 0; kind < EVENT_KINDS; kind++)
    if (set->since[gpu][kind] != EVENT_NEVER) return true;
  return false;
}

bool event_set_lost_a_gpu(const struct event_set *set, const struct machine *machine) {
  if (!instance_is_current(machine, GPU_ANY)) return true;
  for (unsigned i = 0; i < machine->gpu_count && !set->of_system; i++) {
    const struct gpu *gpu = &machine->gpus[i];
    if ((gpu->lost || gpu->removed || !instance_is_current(machine, (int)i)) && has_registered(set, i)) return true;
  }
  return false;
}

void event_set_hold(struct event_set *set) { set->users++; }

void event_set_let_go(struct event_set *set) {
  if (--set->users == 0) free(set);
}

void event_set_free(struct event_set *set, struct machine *machine) {
  for (struct event_set **link = &sets; *link; link = &(*link)->next) {
    if (*link != set) continue;
    *link = set->next;
    break;
  }
  set->freed = true;
  handle_forget(set->handle);
  event_set_let_go(set);
  events_wake(machine);
}

void event_sets_free_all(struct machine *machine) {
  while (sets) event_set_free(sets, machine);
}
