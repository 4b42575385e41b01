/* The machine's events and the futex in its file that waiting processes sleep on. A futex, not a condition variable: a process that is
 * killed while it waits leaves nothing behind in the file. */
#include <limits.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "attributes.h"
#include "machine.h"

/* Of the kernel's interface; its headers are none of libc's. */
enum { FUTEX_WAIT = 0, FUTEX_WAKE = 1 };

void events_wake(struct machine *machine) {
  atomic_fetch_add(&machine->events.changes, 1);
  syscall(SYS_futex, &machine->events.changes, FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
}

void events_sleep(struct machine *machine, uint32_t seen, unsigned milliseconds) {
  const struct timespec most = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  syscall(SYS_futex, &machine->events.changes, FUTEX_WAIT, seen, &most, NULL, 0);
}

void event_raise(struct machine *machine, const struct gpu *gpu, enum event_kind kind, uint64_t data) {
  struct events *events = &machine->events;
  events->kept[events->raised % EVENTS_KEPT] = (struct event){.data = data, .gpu = (uint32_t)(gpu - machine->gpus), .kind = kind};
  events->raised++;
  events_wake(machine);
}

uint64_t events_oldest(const struct machine *machine) { return machine->events.raised > EVENTS_KEPT ? machine->events.raised - EVENTS_KEPT : 0; }

bool event_at(const struct machine *machine, uint64_t number, struct event *out) {
  if (number >= machine->events.raised || number < events_oldest(machine)) return false;
  *out = machine->events.kept[number % EVENTS_KEPT];
  return true;
}

/* A torn entry names no GPU or kind that there is not. */
static void repair(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  for (unsigned i = 0; i < EVENTS_KEPT; i++) {
    struct event *event = &machine->events.kept[i];
    if (event->gpu >= machine->gpu_count || event->kind >= EVENT_KINDS) *event = (struct event){.kind = EVENT_XID};
  }
}

const struct topic events_topic = {.name = "events", .of_machine = true, .offset = offsetof(struct machine, events), .repair = repair};
