/* Every other client of the machine stands for a compute process on each of its GPUs; how much memory it uses is not known. */
#include <unistd.h>
#include "api.h"

#define NO_INSTANCE 0xffffffffu
#define UNKNOWN_MEMORY ((unsigned long long)NVML_VALUE_NOT_AVAILABLE)

/* Fills `pids` (CLIENTS_MAX of them). */
static unsigned others(struct machine *machine, uint32_t *pids) {
  unsigned count = 0;
  clients_sweep(machine);
  for (int i = 0; i < CLIENTS_MAX; i++)
    if (machine->clients[i].pid != 0 && machine->clients[i].pid != (uint32_t)getpid()) pids[count++] = machine->clients[i].pid;
  return count;
}

typedef void (*write_entry)(void *infos, unsigned at, uint32_t pid);

static void write_v1(void *infos, unsigned at, uint32_t pid) { ((nvmlProcessInfo_v1_t *)infos)[at] = (nvmlProcessInfo_v1_t){.pid = pid, .usedGpuMemory = UNKNOWN_MEMORY}; }
static void write_v2(void *infos, unsigned at, uint32_t pid) {
  ((nvmlProcessInfo_v2_t *)infos)[at] =
      (nvmlProcessInfo_v2_t){.pid = pid, .usedGpuMemory = UNKNOWN_MEMORY, .gpuInstanceId = NO_INSTANCE, .computeInstanceId = NO_INSTANCE};
}
static void write_detail(void *infos, unsigned at, uint32_t pid) {
  ((nvmlProcessDetail_v1_t *)infos)[at] = (nvmlProcessDetail_v1_t){
      .pid = pid, .usedGpuMemory = UNKNOWN_MEMORY, .gpuInstanceId = NO_INSTANCE, .computeInstanceId = NO_INSTANCE, .usedGpuCcProtectedMemory = UNKNOWN_MEMORY};
}

static int list(struct machine *machine, unsigned *count, void *infos, write_entry write) {
  uint32_t pids[CLIENTS_MAX];
  const unsigned found = others(machine, pids), room = *count;
  *count = found;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < found; i++) write(infos, i, pids[i]);
  return NVML_SUCCESS;
}

#define COMPUTE_PROCESSES(name, type, write) \
  ANSWER(name, unsigned int *infoCount, type *infos) { return (nvmlReturn_t)list(call->machine, infoCount, infos, write); }
#define GRAPHICS_PROCESSES(name, type)                   \
  ANSWER(name, unsigned int *infoCount, type *infos) {   \
    (void)call;                                          \
    (void)infos;                                         \
    *infoCount = 0;                                      \
    return NVML_SUCCESS;                                 \
  }

COMPUTE_PROCESSES(nvmlDeviceGetComputeRunningProcesses, nvmlProcessInfo_v1_t, write_v1)
COMPUTE_PROCESSES(nvmlDeviceGetComputeRunningProcesses_v2, nvmlProcessInfo_v2_t, write_v2)
COMPUTE_PROCESSES(nvmlDeviceGetComputeRunningProcesses_v3, nvmlProcessInfo_v2_t, write_v2)
GRAPHICS_PROCESSES(nvmlDeviceGetGraphicsRunningProcesses, nvmlProcessInfo_v1_t)
GRAPHICS_PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v2, nvmlProcessInfo_v2_t)
GRAPHICS_PROCESSES(nvmlDeviceGetGraphicsRunningProcesses_v3, nvmlProcessInfo_v2_t)

ANSWER(nvmlDeviceGetRunningProcessDetailList, nvmlProcessDetailList_v1_t *plist) {
  if (plist->mode > NVML_PROCESS_MODE_ALL) return NVML_ERROR_INVALID_ARGUMENT;
  if (plist->mode == NVML_PROCESS_MODE_COMPUTE || plist->mode == NVML_PROCESS_MODE_ALL)
    return (nvmlReturn_t)list(call->machine, &plist->numProcArrayEntries, plist->procArray, write_detail);
  plist->numProcArrayEntries = 0;
  return NVML_SUCCESS;
}
