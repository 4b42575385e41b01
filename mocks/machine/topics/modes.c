#include <string.h>
#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
    {.name = "persistence", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct modes, persistence)},
};

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "persistence") == 0 && !gpu->modes.persistence) gpu->modes.persistence_off_ns = machine_now_ns(machine);
}

void gpu_set_persistence(struct machine *machine, struct gpu *gpu, bool on) {
  if (gpu->modes.persistence && !on) gpu->modes.persistence_off_ns = machine_now_ns(machine);
  gpu->modes.persistence = on;
}

const struct topic modes_topic = {
    .name = "modes", .offset = offsetof(struct gpu, modes), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES, .was_set = was_set};
