#include "recovery.h"
#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
    {.name = "action", .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_AT(struct recovery, action)},
};

uint32_t recovery_action(const struct gpu *gpu) {
  if (gpu->recovery.action != UNSUPPORTED_U32) return gpu->recovery.action;
  return gpu_needs_reset(gpu) ? RECOVERY_GPU_RESET : RECOVERY_NONE;
}

void recovery_review(struct machine *machine, struct gpu *gpu) {
  const uint32_t action = recovery_action(gpu);
  if (action == gpu->recovery.told) return;
  gpu->recovery.told = action;
  event_raise(machine, gpu, EVENT_RECOVERY_ACTION, action);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)attribute;
  recovery_review(machine, gpu);
}

const struct topic recovery_topic = {.name = "recovery",
                                     .offset = offsetof(struct gpu, recovery),
                                     .attributes = ATTRIBUTES,
                                     .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                     .made = recovery_review,
                                     .driver_loaded = recovery_review,
                                     .gpu_reset = recovery_review,
                                     .was_set = was_set};
