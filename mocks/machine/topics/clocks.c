#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
  {.name = "graphics-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, current_mhz[CLOCK_OF_GRAPHICS])},
  {.name = "sm-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, current_mhz[CLOCK_OF_SM])},
  {.name = "memory-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, current_mhz[CLOCK_OF_MEMORY])},
  {.name = "video-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, current_mhz[CLOCK_OF_VIDEO])},
  {.name = "maximum-graphics-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, maximum_mhz[CLOCK_OF_GRAPHICS])},
  {.name = "maximum-sm-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, maximum_mhz[CLOCK_OF_SM])},
  {.name = "maximum-memory-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, maximum_mhz[CLOCK_OF_MEMORY])},
  {.name = "maximum-video-mhz", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct clocks, maximum_mhz[CLOCK_OF_VIDEO])},
};

const struct topic clocks_topic = {.name = "clocks", .offset = offsetof(struct gpu, clocks), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES};
