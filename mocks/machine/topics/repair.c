#include "repair.h"
#include "attributes.h"
#include "machine.h"

/* In the whole of struct gpu: what became of rows and errors stands beside their tables. */
static const struct attribute ATTRIBUTES[] = {
    {.name = "channel-pending", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct gpu, repair.channel_pending)},
    {.name = "tpc-pending", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct gpu, repair.tpc_pending)},
    {.name = "unrepairable-memory", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct gpu, repair.unrepairable_memory)},
    {.name = "inactive-correctable-rows", .kind = ATTRIBUTE_U32, .most = ROWS_MAX, ATTRIBUTE_AT(struct gpu, repair.inactive_correctable)},
    {.name = "inactive-uncorrectable-rows", .kind = ATTRIBUTE_U32, .most = ROWS_MAX, ATTRIBUTE_AT(struct gpu, repair.inactive_uncorrectable)},
    {.name = "remapping-failed", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct gpu, remap_failed)},
    {.name = "uncontained-error", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct gpu, uncontained)},
};

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  if (machine_is_new(machine)) return;
  if (gpu->repair.channel_pending != UNSUPPORTED_U32) gpu->repair.channel_pending = 0;
  if (gpu->repair.tpc_pending != UNSUPPORTED_U32) gpu->repair.tpc_pending = 0;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)attribute;
  recovery_review(machine, gpu);
}

const struct topic repair_topic = {.name = "repair",
                                   .offset = 0,
                                   .attributes = ATTRIBUTES,
                                   .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                   .gpu_reset = gpu_reset,
                                   .was_set = was_set};
