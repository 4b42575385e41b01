/* What was chosen for the vGPUs inside one GPU instance goes with the instance. */
#include "attributes.h"
#include "machine.h"

struct gpu_instance *gpu_instance_by_id(struct gpu *gpu, uint32_t id) {
  for (unsigned i = 0; i < GPU_INSTANCES_MAX; i++) {
    struct gpu_instance *instance = &gpu->mig.gpu_instances[i];
    if (instance->profile != UNSUPPORTED_U32 && gpu_instance_id(&gpu->mig, instance) == id) return instance;
  }
  return NULL;
}

struct vgpu_gpu_instance *vgpu_choices_of(struct gpu *gpu, const struct gpu_instance *instance) {
  struct vgpu_gpu_instance *choices = &gpu->vgpu.gpu_instances[instance - gpu->mig.gpu_instances];
  if (choices->serial != instance->serial) *choices = (struct vgpu_gpu_instance){.serial = instance->serial, .scheduler = scheduler_default()};
  return choices;
}
