#include "attributes.h"
#include "machine.h"

const struct topic processes_topic = {.name = "processes", .of_machine = true, .offset = offsetof(struct machine, processes)};
