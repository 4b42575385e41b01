#include <stdio.h>
#include <string.h>
#include "api.h"

nvmlReturn_t nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  ENTER_LIBRARY(OUT_TEXT(version, length));
  return (nvmlReturn_t)leave(&call, put_text(version, length, call.machine->driver_version));
}

nvmlReturn_t nvmlSystemGetNVMLVersion(char *version, unsigned int length) {
  ENTER_LIBRARY(OUT_TEXT(version, length));
  return (nvmlReturn_t)leave(&call, put_text(version, length, call.machine->nvml_version));
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion(int *cudaDriverVersion) {
  ENTER_LIBRARY(OUT(cudaDriverVersion));
  *cudaDriverVersion = (int)call.machine->cuda_version;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int *cudaDriverVersion) {
  ENTER_LIBRARY(OUT(cudaDriverVersion));
  *cudaDriverVersion = (int)call.machine->cuda_version;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

/* Cut to the buffer: the documentation knows no insufficient size here. */
nvmlReturn_t nvmlSystemGetProcessName(unsigned int pid, char *name, unsigned int length) {
  struct process_identity process;
  ENTER_LIBRARY(OUT_TEXT(name, length));
  leave(&call, NVML_SUCCESS);
  if (length == 0) return NVML_ERROR_INVALID_ARGUMENT;
  if (!process_identify(pid, &process)) return NVML_ERROR_NOT_FOUND;
  snprintf(name, length, "%s", process.name);
  return NVML_SUCCESS;
}
