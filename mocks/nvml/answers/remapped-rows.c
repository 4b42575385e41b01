#include "api.h"

ANSWER(nvmlDeviceGetRemappedRows, unsigned int *corrRows, unsigned int *uncRows, unsigned int *isPending, unsigned int *failureOccurred) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *corrRows = rows_count(call->gpu, false);
  *uncRows = rows_count(call->gpu, true);
  *isPending = rows_pending(call->gpu);
  *failureOccurred = call->gpu->remap_failed;
  return NVML_SUCCESS;
}

/* What makes an entry inactive is not documented: ours are all active, but for what somebody set. */
ANSWER(nvmlDeviceGetRemappedRows_v2, nvmlRemappedRowsInfo_v2_t *info) {
  if (!gpu_remaps_rows(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *info = (nvmlRemappedRowsInfo_v2_t){.corrActiveRemaps = rows_count(call->gpu, false),
                                      .corrInactiveRemaps = call->gpu->repair.inactive_correctable,
                                      .uncActiveRemaps = rows_count(call->gpu, true),
                                      .uncInactiveRemaps = call->gpu->repair.inactive_uncorrectable,
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
