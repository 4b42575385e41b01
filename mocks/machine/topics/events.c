#include "attributes.h"
#include "machine.h"

void event_raise(struct machine *machine, const struct gpu *gpu, enum event_kind kind, uint64_t data) {
  (void)machine;
  (void)gpu;
  (void)kind;
  (void)data;
}

const struct topic events_topic = {.name = "events", .of_machine = true, .offset = offsetof(struct machine, events)};
