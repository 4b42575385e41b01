#include <string.h>
#include "api.h"

nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned int *corrRows, unsigned int *uncRows, unsigned int *isPending, unsigned int *failureOccurred) {
  ENTER_DEVICE(device, OUT(corrRows), OUT(uncRows), OUT(isPending), OUT(failureOccurred));
  if (!call.gpu->row_remapping) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  *corrRows = rows_count(call.gpu, false);
  *uncRows = rows_count(call.gpu, true);
  *isPending = rows_pending(call.gpu);
  *failureOccurred = call.gpu->remap_failed;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

/* What makes an entry inactive is not documented: ours are all active. */
nvmlReturn_t nvmlDeviceGetRemappedRows_v2(nvmlDevice_t device, nvmlRemappedRowsInfo_v2_t *info) {
  ENTER_DEVICE(device, OUT(info));
  if (!call.gpu->row_remapping) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  *info = (nvmlRemappedRowsInfo_v2_t){.corrActiveRemaps = rows_count(call.gpu, false),
                                      .uncActiveRemaps = rows_count(call.gpu, true),
                                      .bPending = rows_pending(call.gpu),
                                      .bFailureOccurred = call.gpu->remap_failed};
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetRowRemapperHistogram(nvmlDevice_t device, nvmlRowRemapperHistogramValues_t *values) {
  ENTER_DEVICE(device, OUT(values));
  if (!call.gpu->row_remapping) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  const struct row_histogram histogram = rows_histogram(call.gpu);
  *values = (nvmlRowRemapperHistogramValues_t){
      .max = histogram.max, .high = histogram.high, .partial = histogram.partial, .low = histogram.low, .none = histogram.none};
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

/* Channel and TPC repair are not simulated: never pending. */
nvmlReturn_t nvmlDeviceGetRepairStatus(nvmlDevice_t device, nvmlRepairStatus_v1_t *repairStatus) {
  ENTER_DEVICE(device, OUT(repairStatus));
  if (repairStatus->version != nvmlRepairStatus_v1) return (nvmlReturn_t)leave(&call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  if (!call.gpu->row_remapping) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  repairStatus->bChannelRepairPending = repairStatus->bTpcRepairPending = 0;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetUnrepairableMemoryFlag_v1(nvmlDevice_t device, nvmlUnrepairableMemoryStatus_v1_t *unrepairableMemoryStatus) {
  ENTER_DEVICE(device, OUT(unrepairableMemoryStatus));
  if (!call.gpu->row_remapping || strcmp(call.gpu->architecture, "ampere") == 0) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  unrepairableMemoryStatus->bUnrepairableMemory = call.gpu->remap_failed;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}
