/* One NVLink of the GPU that a call is about, by its number or by the field id that means it. */
#ifndef GPUWRIGHT_NVML_LINKS_H
#define GPUWRIGHT_NVML_LINKS_H

#include "api.h"

static inline nvmlReturn_t find_link(const struct call *call, unsigned link, struct nvlink_link **out) {
  if (nvlink_generation(call->gpu) == 0) return NVML_ERROR_NOT_SUPPORTED;
  if (link >= call->gpu->nvlink.link_count) return NVML_ERROR_INVALID_ARGUMENT;
  *out = &call->gpu->nvlink.links[link];
  return NVML_SUCCESS;
}

/* Until NVLink 3 each link had field ids of its own: for links 0 to 5, for 6 to 11, and for all of them together. */
struct link_ids {
  unsigned from_0, from_6, all;
};
enum { ALL_LINKS = -1, NOT_THESE_LINKS = -2, LINKS_PER_RANGE = 6 };

static inline int link_of_id(struct link_ids ids, unsigned id) {
  if (id == ids.all) return ALL_LINKS;
  if (id >= ids.from_0 && id < ids.from_0 + LINKS_PER_RANGE) return (int)(id - ids.from_0);
  if (id >= ids.from_6 && id < ids.from_6 + LINKS_PER_RANGE) return (int)(id - ids.from_6) + LINKS_PER_RANGE;
  return NOT_THESE_LINKS;
}

/* Field values that are counters of links. */
int link_counter_field(const struct call *call, nvmlFieldValue_t *field);
int link_counter_clear(struct call *call, const nvmlFieldValue_t *field);

#endif
