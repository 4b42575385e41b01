/* What belongs to the host and to no topic of its own. */
#include "attributes.h"
#include "machine.h"

static const char *const PERMISSIONS[] = {"real", "root", "user", NULL};
static const struct attribute ATTRIBUTES[] = {
    {.name = "permissions", .kind = ATTRIBUTE_CHOICE, .choices = PERMISSIONS, ATTRIBUTE_AT(struct machine, everybody_is)},
    {.name = "clock-frozen", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct machine, clock_frozen)},
};

static void made(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  machine_clock_settle(machine);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)attribute;
  made(machine, gpu);
}

const struct topic host_topic = {
    .name = "host", .of_machine = true, .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES, .made = made, .repair = made, .was_set = was_set};
