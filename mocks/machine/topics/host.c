/* What belongs to the host and to no topic of its own. */
#include "attributes.h"
#include "machine.h"

static const char *const PERMISSIONS[] = {"real", "root", "user", NULL};
static const struct attribute ATTRIBUTES[] = {
    {.name = "permissions", .kind = ATTRIBUTE_CHOICE, .choices = PERMISSIONS, ATTRIBUTE_AT(struct machine, everybody_is)},
};

const struct topic host_topic = {.name = "host", .of_machine = true, .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES};
