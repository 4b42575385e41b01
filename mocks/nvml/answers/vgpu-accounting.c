/* Accounting of a guest's processes; the guest switches it on. */
#include <string.h>
#include "vgpu.h"

static nvmlReturn_t accounting(const struct vgpu *vgpu) {
  if (!vgpu->guest_driver[0]) return NVML_ERROR_DRIVER_NOT_LOADED;
  return vgpu->accounting ? NVML_SUCCESS : NVML_ERROR_NOT_SUPPORTED;
}

ANSWER(nvmlVgpuInstanceGetAccountingMode, nvmlEnableState_t *mode) {
  if (!call->vgpu->guest_driver[0]) return NVML_ERROR_DRIVER_NOT_LOADED;
  *mode = call->vgpu->accounting ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetAccountingPids, unsigned int *count, unsigned int *pids) {
  uint32_t found[GUEST_PROCESSES_MAX];
  unsigned how_many = 0;
  if (accounting(call->vgpu) != NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  for (unsigned i = 0; i < GUEST_PROCESSES_MAX; i++)
    if (call->vgpu->processes[i].pid) found[how_many++] = call->vgpu->processes[i].pid;
  return vgpu_put_numbers(count, pids, found, how_many);
}

/* The time is told once the process has ended. */
ANSWER(nvmlVgpuInstanceGetAccountingStats, unsigned int pid, nvmlAccountingStats_t *stats) {
  if (accounting(call->vgpu) != NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  for (unsigned i = 0; i < GUEST_PROCESSES_MAX; i++) {
    const struct guest_process *process = &call->vgpu->processes[i];
    if (process->pid != pid || pid == 0) continue;
    *stats = (nvmlAccountingStats_t){.gpuUtilization = process->busy.sm,
                                     .memoryUtilization = process->busy.memory,
                                     .maxMemoryUsage = process->peak_bytes,
                                     .time = process->ended_unix_ms > process->started_unix_ms ? process->ended_unix_ms - process->started_unix_ms : 0,
                                     .startTime = process->started_unix_ms * 1000,
                                     .isRunning = process->ended_unix_ms == 0};
    return NVML_SUCCESS;
  }
  return NVML_ERROR_NOT_FOUND;
}

ANSWER(nvmlVgpuInstanceClearAccountingPids) {
  if (accounting(call->vgpu) != NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  for (unsigned i = 0; i < GUEST_PROCESSES_MAX; i++)
    if (call->vgpu->processes[i].ended_unix_ms) memset(&call->vgpu->processes[i], 0, sizeof call->vgpu->processes[i]);
  return NVML_SUCCESS;
}
