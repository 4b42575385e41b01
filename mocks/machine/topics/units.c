#include "attributes.h"
#include "machine.h"

struct unit *unit_of(struct machine *machine, uint64_t index) {
  (void)machine;
  (void)index;
  return NULL;
}

const struct topic units_topic = {.name = "units", .of_machine = true, .offset = offsetof(struct machine, units)};
