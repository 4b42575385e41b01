#include <string.h>
#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
    {.name = "current", .kind = ATTRIBUTE_SWITCH, .fixed = true, .optional = true, ATTRIBUTE_AT(struct ecc, current)},
    {.name = "pending", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct ecc, pending)},
    {.name = "default", .kind = ATTRIBUTE_SWITCH, .fixed = true, .optional = true, ATTRIBUTE_AT(struct ecc, standard)},
};

bool gpu_has_ecc(const struct gpu *gpu) { return gpu->ecc.current != UNSUPPORTED_U32; }
bool gpu_ecc_is_on(const struct gpu *gpu) { return gpu->ecc.current == 1; }

static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->ecc.pending == UNSUPPORTED_U32) gpu->ecc.pending = gpu->ecc.current;
  if (gpu_has_ecc(gpu) && gpu->ecc.standard == UNSUPPORTED_U32) gpu->ecc.standard = gpu->ecc.current;
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  memset(gpu->ecc.errors[COUNTER_VOLATILE], 0, sizeof gpu->ecc.errors[COUNTER_VOLATILE]);
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  driver_loaded(machine, gpu);
  if (gpu_has_ecc(gpu)) gpu->ecc.current = gpu->ecc.pending == 1;
}

const struct topic ecc_topic = {.name = "ecc",
                                .offset = offsetof(struct gpu, ecc),
                                .attributes = ATTRIBUTES,
                                .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                .made = made,
                                .driver_loaded = driver_loaded,
                                .gpu_reset = gpu_reset};
