/* What the library and the driver tell of themselves. */
#include <stdio.h>
#include "api.h"

ANSWER(nvmlSystemGetDriverVersion, char *version, unsigned int length) { return put_text(version, length, call->machine->driver_version); }

ANSWER(nvmlSystemGetNVMLVersion, char *version, unsigned int length) { return put_text(version, length, call->machine->nvml_version); }

ANSWER(nvmlSystemGetCudaDriverVersion, int *cudaDriverVersion) {
  *cudaDriverVersion = (int)call->machine->cuda_version;
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemGetCudaDriverVersion_v2, int *cudaDriverVersion) {
  *cudaDriverVersion = (int)call->machine->cuda_version;
  return NVML_SUCCESS;
}

/* Cut to the buffer: the documentation knows no insufficient size here. */
ANSWER(nvmlSystemGetProcessName, unsigned int pid, char *name, unsigned int length) {
  struct process_identity process;
  const struct process *simulated = process_find(call->machine, pid, GPU_ANY);
  if (length == 0) return NVML_ERROR_INVALID_ARGUMENT;
  if (simulated) {
    snprintf(name, length, "%s", simulated->name);
    return NVML_SUCCESS;
  }
  call_unlock(call);
  if (!process_identify(pid, &process)) return NVML_ERROR_NOT_FOUND;
  snprintf(name, length, "%s", process.name);
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemGetDriverBranch, nvmlSystemDriverBranchInfo_v1_t *branchInfo, unsigned int length) {
  char branch[sizeof branchInfo->branch];
  snprintf(branch, sizeof branch, "r%u_00", call->machine->driver_branch);
  return (nvmlReturn_t)put_text(branchInfo->branch, length < sizeof branch ? length : sizeof branch, branch);
}

ANSWER(nvmlSystemGetHicVersion, unsigned int *hwbcCount, nvmlHwbcEntry_t *hwbcEntries) {
  const struct units *units = &call->machine->units;
  const unsigned room = *hwbcCount;
  *hwbcCount = units->hic_count;
  if (units->hic_count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < units->hic_count; i++) {
    hwbcEntries[i].hwbcId = units->hic[i].id;
    put_text(hwbcEntries[i].firmwareVersion, sizeof hwbcEntries[i].firmwareVersion, units->hic[i].firmware);
  }
  return NVML_SUCCESS;
}
