#include "attributes.h"
#include "machine.h"

struct mig_device *mig_device_of(struct gpu *gpu, uint64_t serial) {
  (void)gpu;
  (void)serial;
  return NULL;
}
struct gpu_instance *gpu_instance_of(struct gpu *gpu, uint64_t serial) {
  (void)gpu;
  (void)serial;
  return NULL;
}
struct compute_instance *compute_instance_of(struct gpu *gpu, uint64_t serial) {
  (void)gpu;
  (void)serial;
  return NULL;
}

const struct topic mig_topic = {.name = "mig", .offset = offsetof(struct gpu, mig)};
