#include "attributes.h"
#include "machine.h"

const struct topic fabric_topic = {.name = "fabric", .offset = offsetof(struct gpu, fabric)};
