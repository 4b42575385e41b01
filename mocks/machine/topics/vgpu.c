#include "attributes.h"
#include "machine.h"

const struct topic vgpu_topic = {.name = "vgpu", .offset = offsetof(struct gpu, vgpu)};
