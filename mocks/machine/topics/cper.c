#include "attributes.h"
#include "machine.h"

const struct topic cper_topic = {.name = "cper", .of_machine = true, .offset = offsetof(struct machine, cper)};
