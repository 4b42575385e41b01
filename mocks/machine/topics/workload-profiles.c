#include "attributes.h"
#include "machine.h"

uint32_t workload_profiles_known(const struct gpu *gpu) {
  uint32_t known = 0;
  for (unsigned i = 0; i < WORKLOAD_PROFILES_MAX; i++)
    if (gpu->power.workload_profiles[i].priority != UNSUPPORTED_U32) known |= 1u << i;
  return known;
}

static bool conflict(const struct gpu *gpu, unsigned one, unsigned other) {
  return (gpu->power.workload_profiles[one].conflicts >> other & 1) || (gpu->power.workload_profiles[other].conflicts >> one & 1);
}

/* Of equal priority, the lower number is first. */
static unsigned first_of(const struct gpu *gpu, uint32_t profiles) {
  unsigned first = WORKLOAD_PROFILES_MAX;
  for (unsigned i = 0; i < WORKLOAD_PROFILES_MAX; i++)
    if ((profiles >> i & 1) && (first == WORKLOAD_PROFILES_MAX || gpu->power.workload_profiles[i].priority < gpu->power.workload_profiles[first].priority)) first = i;
  return first;
}

uint32_t workload_profiles_enforced(const struct gpu *gpu) {
  uint32_t left = gpu->power.requested_profiles & workload_profiles_known(gpu), enforced = 0;
  while (left != 0) {
    const unsigned profile = first_of(gpu, left);
    enforced |= 1u << profile;
    left &= ~(1u << profile);
    for (unsigned other = 0; other < WORKLOAD_PROFILES_MAX; other++)
      if (conflict(gpu, profile, other)) left &= ~(1u << other);
  }
  return enforced;
}

enum setting workload_profiles_request(struct gpu *gpu, uint32_t requested) {
  const uint32_t known = workload_profiles_known(gpu);
  if (known == 0) return SETTING_NOT_THERE;
  if (requested & ~known) return SETTING_OUT_OF_RANGE;
  gpu->power.requested_profiles = requested;
  return SETTING_TAKEN;
}
