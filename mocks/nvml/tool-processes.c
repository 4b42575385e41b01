/* Processes with their names, as the vendor's command-line tools list them since driver 525. */
#include <string.h>
#include "instance.h"
#include "tool-slots.h"

enum { NAME_BYTES = 4096, MOST_PROCESSES = 1024, PROTECTED_SINCE_BRANCH = 535 };

struct entry {
  uint32_t pid;
  uint32_t padding;
  uint64_t used_memory;
  uint32_t gpu_instance, compute_instance;
};

struct entry_before_535 {
  struct entry process;
  char name[NAME_BYTES];
};
_Static_assert(sizeof(struct entry_before_535) == 4120, "the stride of the tools' entries");

struct entry_since_535 {
  struct entry process;
  uint64_t protected_memory;
  char name[NAME_BYTES];
};
_Static_assert(sizeof(struct entry_since_535) == 4128, "the stride of the tools' entries");

typedef nvmlReturn_t (*process_list)(nvmlDevice_t device, unsigned *count, nvmlProcessInfo_v2_t *infos);

/* A row without a name is dropped. */
static void name(unsigned pid, char room[NAME_BYTES]) {
  if (nvmlSystemGetProcessName(pid, room, NAME_BYTES) != NVML_SUCCESS || room[0] == 0) strcpy(room, "unknown");
}

static nvmlReturn_t named(process_list list, nvmlDevice_t device, unsigned *count, void *entries) {
  nvmlProcessInfo_v2_t infos[MOST_PROCESSES];
  unsigned found = MOST_PROCESSES;
  if (count == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  const nvmlReturn_t status = list(device, &found, infos);
  const unsigned room = *count;
  *count = status == NVML_SUCCESS ? found : 0;
  if (status == NVML_ERROR_NOT_SUPPORTED) return NVML_SUCCESS;
  if (status != NVML_SUCCESS) return status;
  if (found > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < found; i++) {
    const struct entry entry = {.pid = infos[i].pid, .used_memory = infos[i].usedGpuMemory, .gpu_instance = infos[i].gpuInstanceId, .compute_instance = infos[i].computeInstanceId};
    if (tool_branch() >= PROTECTED_SINCE_BRANCH) {
      struct entry_since_535 *place = (struct entry_since_535 *)entries + i;
      place->process = entry;
      place->protected_memory = 0;
      name(entry.pid, place->name);
    } else {
      struct entry_before_535 *place = (struct entry_before_535 *)entries + i;
      place->process = entry;
      name(entry.pid, place->name);
    }
  }
  return NVML_SUCCESS;
}

nvmlReturn_t tool_compute_processes(nvmlDevice_t device, unsigned *count, void *entries) { return named(nvmlDeviceGetComputeRunningProcesses_v3, device, count, entries); }
nvmlReturn_t tool_graphics_processes(nvmlDevice_t device, unsigned *count, void *entries) { return named(nvmlDeviceGetGraphicsRunningProcesses_v3, device, count, entries); }
nvmlReturn_t tool_mps_processes(nvmlDevice_t device, unsigned *count, void *entries) { return named(nvmlDeviceGetMPSComputeRunningProcesses_v3, device, count, entries); }
