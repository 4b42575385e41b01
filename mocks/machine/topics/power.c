#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
  {.name = "usage-milliwatts", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct power, usage_milliwatts)},
};

const struct topic power_topic = {.name = "power", .offset = offsetof(struct gpu, power), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES};
