/* Who runs on a GPU: simulated processes, and every other client of the machine as a compute process whose memory is not known. */
#include <unistd.h>
#include "mig.h"

#define UNKNOWN_MEMORY ((unsigned long long)NVML_VALUE_NOT_AVAILABLE)

typedef void write_entry(void *infos, unsigned at, const struct process *process);

static void write_v1(void *infos, unsigned at, const struct process *process) {
  ((nvmlProcessInfo_v1_t *)infos)[at] = (nvmlProcessInfo_v1_t){.pid = process->pid, .usedGpuMemory = process->memory_bytes};
}

static void write_v2(void *infos, unsigned at, const struct process *process) {
  ((nvmlProcessInfo_v2_t *)infos)[at] = (nvmlProcessInfo_v2_t){
      .pid = process->pid, .usedGpuMemory = process->memory_bytes, .gpuInstanceId = process->gpu_instance, .computeInstanceId = process->compute_instance};
}

static void write_detail(void *infos, unsigned at, const struct process *process) {
  ((nvmlProcessDetail_v1_t *)infos)[at] = (nvmlProcessDetail_v1_t){.pid = process->pid,
                                                                  .usedGpuMemory = process->memory_bytes,
                                                                  .gpuInstanceId = process->gpu_instance,
                                                                  .computeInstanceId = process->compute_instance,
                                                                  .usedGpuCcProtectedMemory = process->protected_bytes};
}

#define KIND(kind) (1u << (kind))
enum { ALL_KINDS = KIND(PROCESS_COMPUTE) | KIND(PROCESS_GRAPHICS) | KIND(PROCESS_MPS) };

/* Looking at a MIG device, one sees who runs on it. */
static bool is_shown(const struct call *call, const struct process *process, unsigned kinds) {
  return (kinds & KIND(process->kind)) && (!call->mig_device || process_runs_on(process, call->gpu, call->mig_device));
}

/* Gives how many there are, and writes them if `write` is given. */
static unsigned each(const struct call *call, unsigned kinds, write_entry *write, void *infos) {
  unsigned found = 0;
  FOR_PROCESSES(process, call->machine, call->gpu) {
    if (!is_shown(call, process, kinds)) continue;
    if (write) write(infos, found, process);
    found++;
  }
  for (int i = 0; i < CLIENTS_MAX && kinds & KIND(PROCESS_COMPUTE) && !call->mig_device; i++) {
    const uint32_t pid = call->machine->clients[i].pid;
    if (pid == 0 || pid == (uint32_t)getpid()) continue;
    const struct process client = {.pid = pid, .gpu_instance = NO_INSTANCE, .compute_instance = NO_INSTANCE, .memory_bytes = UNKNOWN_MEMORY, .protected_bytes = UNKNOWN_MEMORY};
    if (write) write(infos, found, &client);
    found++;
  }
  return found;
}

static nvmlReturn_t list(const struct call *call, unsigned kinds, unsigned *count, void *infos, write_entry *write) {
  const unsigned room = *count;
  /* Who runs in others' partitions is not for everybody. */
  if (mig_is_on(call) == NVML_SUCCESS && !call->mig_device && mig_permits(call) != NVML_SUCCESS) return NVML_ERROR_NO_PERMISSION;
  clients_sweep(call->machine);
  *count = each(call, kinds, NULL, NULL);
  if (*count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  each(call, kinds, write, infos);
  return NVML_SUCCESS;
}

/* An MPS client computes. The vendor's tool shows who stands in both lists as M+C, and who stands in the other alone not at all. */
enum { COMPUTE_KINDS = KIND(PROCESS_COMPUTE) | KIND(PROCESS_MPS) };

#define LIST(name, kinds, type, write) \
  ANSWER(name, unsigned int *infoCount, type *infos) { return list(call, kinds, infoCount, infos, write); }

LIST(nvmlDeviceGetComputeRunningProcesses, COMPUTE_KINDS, nvmlProcessInfo_v1_t, write_v1)
LIST(nvmlDeviceGetComputeRunningProcesses_v2, COMPUTE_KINDS, nvmlProcessInfo_v2_t, write_v2)
LIST(nvmlDeviceGetComputeRunningProcesses_v3, COMPUTE_KINDS, nvmlProcessInfo_v2_t, write_v2)
LIST(nvmlDeviceGetGraphicsRunningProcesses, KIND(PROCESS_GRAPHICS), nvmlProcessInfo_v1_t, write_v1)
LIST(nvmlDeviceGetGraphicsRunningProcesses_v2, KIND(PROCESS_GRAPHICS), nvmlProcessInfo_v2_t, write_v2)
LIST(nvmlDeviceGetGraphicsRunningProcesses_v3, KIND(PROCESS_GRAPHICS), nvmlProcessInfo_v2_t, write_v2)
LIST(nvmlDeviceGetMPSComputeRunningProcesses, KIND(PROCESS_MPS), nvmlProcessInfo_v1_t, write_v1)
LIST(nvmlDeviceGetMPSComputeRunningProcesses_v2, KIND(PROCESS_MPS), nvmlProcessInfo_v2_t, write_v2)
LIST(nvmlDeviceGetMPSComputeRunningProcesses_v3, KIND(PROCESS_MPS), nvmlProcessInfo_v2_t, write_v2)

ANSWER(nvmlDeviceGetRunningProcessDetailList, nvmlProcessDetailList_v1_t *plist) {
  static const unsigned KINDS[] = {[NVML_PROCESS_MODE_COMPUTE] = KIND(PROCESS_COMPUTE), [NVML_PROCESS_MODE_GRAPHICS] = KIND(PROCESS_GRAPHICS),
                                   [NVML_PROCESS_MODE_MPS] = KIND(PROCESS_MPS), [NVML_PROCESS_MODE_ALL] = ALL_KINDS};
  if (plist->mode > NVML_PROCESS_MODE_ALL) return NVML_ERROR_INVALID_ARGUMENT;
  return list(call, KINDS[plist->mode], &plist->numProcArrayEntries, plist->procArray, write_detail);
}
