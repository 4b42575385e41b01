#include "attributes.h"
#include "machine.h"

const struct topic nvlink_topic = {.name = "nvlink", .offset = offsetof(struct gpu, nvlink)};
