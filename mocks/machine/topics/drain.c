#include "drain.h"
#include <string.h>
#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
    {.name = "excluded", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct drain, excluded)},
    {.name = "draining", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct drain, draining)},
};

void gpu_set_draining(struct machine *machine, struct gpu *gpu, bool on) {
  gpu->drain.draining = on;
  gpu->drain.since = machine->attachments;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "draining") == 0) gpu_set_draining(machine, gpu, gpu->drain.draining);
}

void gpu_leave_out_or_not(struct machine *machine, struct gpu *gpu) {
  if (!machine_is_new(machine)) gpu->drain.draining = 0;
  if (gpu->drain.excluded || gpu->drain.left_out) gpu->removed = gpu->drain.excluded;
  gpu->drain.left_out = gpu->drain.excluded;
}

bool gpu_is_used(struct machine *machine, const struct gpu *gpu, uint32_t pid) {
  if (gpu->modes.persistence) return true;
  clients_sweep(machine);
  for (int i = 0; i < CLIENTS_MAX; i++) {
    const struct client *client = &machine->clients[i];
    if (client->pid != 0 && client->pid != pid && client->attached != 0 && (!gpu->drain.draining || client->attached <= gpu->drain.since)) return true;
  }
  return false;
}

static void tell(struct machine *machine, const struct gpu *gpu, enum event_kind kind, const char *what) {
  log_line(machine, "NVRM: GPU %04x:%02x:%02x.%u %s (SIMULATED)", gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, gpu->pcie.function, what);
  event_raise(machine, gpu, kind, 0);
}

void gpu_remove(struct machine *machine, struct gpu *gpu) {
  gpu->removed = 1;
  tell(machine, gpu, EVENT_DRIVER_UNBIND, "removed");
}

void gpu_discover(struct machine *machine, struct gpu *gpu) {
  if (!gpu->removed || gpu->lost || gpu->drain.left_out) return;
  gpu->generation++;
  gpu->drain.discovered = gpu->generation;
  gpu->drain.draining = 0;
  pages_exclude(gpu);
  topics_attached(machine, gpu);
  gpu->removed = 0;
  tell(machine, gpu, EVENT_DRIVER_BIND, "discovered");
}

const struct topic drain_topic = {.name = "drain",
                                  .offset = offsetof(struct gpu, drain),
                                  .attributes = ATTRIBUTES,
                                  .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                  .was_set = was_set};
