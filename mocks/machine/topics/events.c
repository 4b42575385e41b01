#include "attributes.h"
#include "machine.h"

const struct topic events_topic = {.name = "events", .of_machine = true, .offset = offsetof(struct machine, events)};
