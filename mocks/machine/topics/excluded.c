#include "attributes.h"
#include "machine.h"

const struct topic excluded_topic = {.name = "excluded", .of_machine = true, .offset = offsetof(struct machine, excluded)};
