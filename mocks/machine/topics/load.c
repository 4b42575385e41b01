#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
  {.name = "gpu-percent", .kind = ATTRIBUTE_U32, .most = 100, ATTRIBUTE_AT(struct load, gpu_percent)},
  {.name = "memory-percent", .kind = ATTRIBUTE_U32, .most = 100, ATTRIBUTE_AT(struct load, memory_percent)},
};

const struct topic load_topic = {.name = "load", .offset = offsetof(struct gpu, load), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES};
