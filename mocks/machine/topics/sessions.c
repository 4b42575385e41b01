#include "attributes.h"
#include "machine.h"

const struct topic sessions_topic = {.name = "sessions", .offset = offsetof(struct gpu, sessions)};
