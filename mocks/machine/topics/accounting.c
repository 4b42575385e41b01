#include "attributes.h"
#include "machine.h"

const struct topic accounting_topic = {.name = "accounting", .offset = offsetof(struct gpu, accounting)};
