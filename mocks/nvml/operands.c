#include "operands.h"
#include "api.h"
#include "handles.h"
#include "instance.h"

int operand_known(const struct operand *operand, int *gpu) {
  if (operand->kind == OPERAND_NONE || operand->kind == OPERAND_VGPU || operand->kind == OPERAND_VGPU_TYPE) return NVML_SUCCESS;
  const struct handle *handle = handle_known(operand->kind, (const void *)operand->word);
  if (!handle) return NVML_ERROR_INVALID_ARGUMENT;
  if (handle->gpu != GPU_ANY && *gpu == GPU_ANY) *gpu = handle->gpu;
  return NVML_SUCCESS;
}

static int resolve_gpu(struct call *call, int gpu, struct gpu **out) {
  if ((unsigned)gpu >= call->machine->gpu_count) return NVML_ERROR_INVALID_ARGUMENT;
  *out = &call->machine->gpus[gpu];
  return (*out)->lost || (*out)->removed || !instance_is_current(call->machine, gpu) ? NVML_ERROR_GPU_IS_LOST : NVML_SUCCESS;
}

int operand_resolve(struct call *call, const struct operand *operand, unsigned nth) {
  if (operand->kind == OPERAND_NONE) return NVML_SUCCESS;
  if (operand->kind == OPERAND_VGPU) return (call->vgpu = vgpu_of(call->machine, (uint32_t)operand->word)) ? NVML_SUCCESS : NVML_ERROR_NOT_FOUND;
  if (operand->kind == OPERAND_VGPU_TYPE) return (call->vgpu_type = vgpu_type_of(call->machine, (uint32_t)operand->word)) ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
  const struct handle *handle = handle_known(operand->kind, (const void *)operand->word);
  if (!handle) return NVML_ERROR_INVALID_ARGUMENT;
  if (handle->gpu != GPU_ANY) {
    const int status = resolve_gpu(call, handle->gpu, nth == 0 ? &call->gpu : &call->other_gpu);
    if (status != NVML_SUCCESS) return status;
  }
  switch (operand->kind) {
    case OPERAND_DEVICE:
      if (!handle->part) return NVML_SUCCESS;
      call->mig_device = mig_device_of(call->gpu, handle->id);
      return call->mig_device ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
    case OPERAND_GPU_INSTANCE:
      call->gpu_instance = gpu_instance_of(call->gpu, handle->id);
      return call->gpu_instance ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
    case OPERAND_COMPUTE_INSTANCE:
      call->compute_instance = compute_instance_of(call->gpu, handle->id);
      return call->compute_instance ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
    case OPERAND_UNIT:
      call->unit = unit_of(call->machine, handle->id);
      return call->unit ? NVML_SUCCESS : NVML_ERROR_INVALID_ARGUMENT;
    case OPERAND_EVENT_SET:
      call->event_set = (struct event_set *)(uintptr_t)handle->id;
      return NVML_SUCCESS;
    case OPERAND_GPM_SAMPLE:
      call->gpm_sample = (struct gpm_sample *)(uintptr_t)handle->id;
      return NVML_SUCCESS;
    default:
      return NVML_ERROR_INVALID_ARGUMENT;
  }
}
