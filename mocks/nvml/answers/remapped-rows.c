#include "api.h"

ANSWER(nvmlDeviceGetRemappedRows, unsigned int *corrRows, unsigned int *uncRows, unsigned int *isPending, unsigned int *failureOccurred) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *corrRows = rows_count(call->gpu, false);
  *uncRows = rows_count(call->gpu, true);
  *isPending = rows_pending(call->gpu);
  *failureOccurred = call->gpu->remap_failed;
  return NVML_SUCCESS;
}

/* What makes an entry inactive is not documented: ours are all active. */
ANSWER(nvmlDeviceGetRemappedRows_v2, nvmlRemappedRowsInfo_v2_t *info) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *info = (nvmlRemappedRowsInfo_v2_t){.corrActiveRemaps = rows_count(call->gpu, false),
                                      .uncActiveRemaps = rows_count(call->gpu, true),
                                      .bPending = rows_pending(call->gpu),
                                      .bFailureOccurred = call->gpu->remap_failed};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetRowRemapperHistogram, nvmlRowRemapperHistogramValues_t *values) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  const struct row_histogram histogram = rows_histogram(call->gpu);
  *values = (nvmlRowRemapperHistogramValues_t){
      .max = histogram.max, .high = histogram.high, .partial = histogram.partial, .low = histogram.low, .none = histogram.none};
  return NVML_SUCCESS;
}

/* Channel and TPC repair are not simulated: never pending. */
ANSWER(nvmlDeviceGetRepairStatus, nvmlRepairStatus_v1_t *repairStatus) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  repairStatus->bChannelRepairPending = repairStatus->bTpcRepairPending = 0;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetUnrepairableMemoryFlag_v1, nvmlUnrepairableMemoryStatus_v1_t *unrepairableMemoryStatus) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  unrepairableMemoryStatus->bUnrepairableMemory = call->gpu->remap_failed;
  return NVML_SUCCESS;
}
