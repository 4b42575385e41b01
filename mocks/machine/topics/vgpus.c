#include "attributes.h"
#include "machine.h"

struct vgpu *vgpu_of(struct machine *machine, uint32_t id) {
  (void)machine;
  (void)id;
  return NULL;
}
struct vgpu_type *vgpu_type_of(struct machine *machine, uint32_t id) {
  (void)machine;
  (void)id;
  return NULL;
}

const struct topic vgpus_topic = {.name = "vgpus", .of_machine = true, .offset = offsetof(struct machine, vgpus)};
