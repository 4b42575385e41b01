#include <string.h>
#include "attributes.h"
#include "machine.h"

/* Each in the order of NVML's numbers. */
static const char *const COMPUTE[] = {"default", "exclusive-thread", "prohibited", "exclusive-process", NULL};
static const char *const OPERATION[] = {"all-on", "compute", "low-double-precision", NULL};
static const char *const ADDRESSING[] = {"none", "hmm", "ats", NULL};

#define AT(field) ATTRIBUTE_AT(struct modes, field)

static const struct attribute ATTRIBUTES[] = {
    {.name = "persistence", .kind = ATTRIBUTE_SWITCH, AT(persistence)},
    {.name = "compute", .kind = ATTRIBUTE_CHOICE, .choices = COMPUTE, AT(compute)},
    {.name = "operation", .kind = ATTRIBUTE_CHOICE, .choices = OPERATION, .optional = true, AT(operation)},
    {.name = "operation-pending", .kind = ATTRIBUTE_CHOICE, .choices = OPERATION, .optional = true, AT(operation_pending)},
    {.name = "application-clocks-restricted", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(restricted[RESTRICTED_APPLICATION_CLOCKS])},
    {.name = "auto-boosted-clocks-restricted", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(restricted[RESTRICTED_AUTO_BOOSTED_CLOCKS])},
    {.name = "display", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(display)},
    {.name = "display-active", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(display_active)},
    {.name = "gsp", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(gsp)},
    {.name = "gsp-default", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(gsp_standard)},
    {.name = "addressing", .kind = ATTRIBUTE_CHOICE, .choices = ADDRESSING, .optional = true, AT(addressing)},
    {.name = "rusd-poll-mask", .kind = ATTRIBUTE_U64, AT(rusd_poll_mask)},
};

void gpu_set_persistence(struct machine *machine, struct gpu *gpu, bool on) {
  if (gpu->modes.persistence && !on) gpu->modes.persistence_off_ns = machine_now_ns(machine);
  gpu->modes.persistence = on;
}

static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->modes.operation_pending == UNSUPPORTED_U32) gpu->modes.operation_pending = gpu->modes.operation;
  if (gpu->modes.gsp_standard == UNSUPPORTED_U32) gpu->modes.gsp_standard = gpu->modes.gsp;
}

static void begin_anew(struct modes *modes) {
  modes->compute = 0;
  modes->rusd_poll_mask = 0;
  for (int api = 0; api < RESTRICTED_APIS; api++)
    if (modes->restricted[api] != UNSUPPORTED_U32) modes->restricted[api] = 1;
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  begin_anew(&gpu->modes);
  if (gpu->modes.booted_ns != machine->boot_ns) gpu->modes.operation = gpu->modes.operation_pending;
  gpu->modes.booted_ns = machine->boot_ns;
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  begin_anew(&gpu->modes);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "persistence") == 0 && !gpu->modes.persistence) gpu->modes.persistence_off_ns = machine_now_ns(machine);
  /* Not to be pending for a product that now has the mode, or has it no more. */
  if (strcmp(attribute->name, "operation") == 0) gpu->modes.operation_pending = gpu->modes.operation;
}

const struct topic modes_topic = {.name = "modes",
                                  .offset = offsetof(struct gpu, modes),
                                  .attributes = ATTRIBUTES,
                                  .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                  .made = made,
                                  .driver_loaded = driver_loaded,
                                  .gpu_reset = gpu_reset,
                                  .was_set = was_set};
