#include "attributes.h"
#include "machine.h"

const struct topic topology_topic = {.name = "topology", .offset = offsetof(struct gpu, topology)};
