#include "attributes.h"
#include "machine.h"

const struct topic cc_topic = {.name = "cc", .of_machine = true, .offset = offsetof(struct machine, cc)};
