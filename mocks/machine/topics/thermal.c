#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
  {.name = "gpu-celsius", .kind = ATTRIBUTE_U32, .most = 150, ATTRIBUTE_AT(struct thermal, gpu_celsius)},
};

const struct topic thermal_topic = {.name = "thermal", .offset = offsetof(struct gpu, thermal), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES};
