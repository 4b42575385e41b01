/* What the SRAMs tell of their errors. */
#include "put.h"

static unsigned long long number(uint64_t errors) { return errors == UNSUPPORTED_U64 ? 0 : errors; }

ANSWER(nvmlDeviceGetSramEccErrorStatus, nvmlEccSramErrorStatus_v1_t *status) {
  const struct ecc *ecc = &call->gpu->ecc;
  if (ecc->threshold_exceeded == UNSUPPORTED_U32 || !gpu_ecc_is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *status = (nvmlEccSramErrorStatus_v1_t){
      .version = status->version,
      .aggregateUncParity = number(ecc->errors[COUNTER_AGGREGATE][ERROR_UNCORRECTED][ECC_SRAM_PARITY]),
      .aggregateUncSecDed = number(ecc->errors[COUNTER_AGGREGATE][ERROR_UNCORRECTED][ECC_SRAM_SEC_DED]),
      .aggregateCor = number(ecc->errors[COUNTER_AGGREGATE][ERROR_CORRECTED][ECC_SRAM]),
      .volatileUncParity = number(ecc->errors[COUNTER_VOLATILE][ERROR_UNCORRECTED][ECC_SRAM_PARITY]),
      .volatileUncSecDed = number(ecc->errors[COUNTER_VOLATILE][ERROR_UNCORRECTED][ECC_SRAM_SEC_DED]),
      .volatileCor = number(ecc->errors[COUNTER_VOLATILE][ERROR_CORRECTED][ECC_SRAM]),
      .aggregateUncBucketL2 = ecc->buckets[BUCKET_L2],
      .aggregateUncBucketSm = ecc->buckets[BUCKET_SM],
      .aggregateUncBucketPcie = ecc->buckets[BUCKET_PCIE],
      .aggregateUncBucketMcu = ecc->buckets[BUCKET_MCU],
      .aggregateUncBucketOther = ecc->buckets[BUCKET_OTHER],
      .bThresholdExceeded = ecc->threshold_exceeded,
  };
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts, nvmlEccSramUniqueUncorrectedErrorCounts_v1_t *errorCounts) {
  const struct ecc *ecc = &call->gpu->ecc;
  const unsigned room = errorCounts->entryCount;
  if (ecc->threshold_exceeded == UNSUPPORTED_U32 || !gpu_ecc_is_on(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  errorCounts->entryCount = ecc->sram_error_count;
  if (ecc->sram_error_count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (uint32_t i = 0; i < ecc->sram_error_count; i++) {
    const struct sram_error *error = &ecc->sram_errors[i];
    errorCounts->entries[i] = (nvmlEccSramUniqueUncorrectedErrorEntry_v1_t){.unit = error->unit,
                                                                            .location = error->location,
                                                                            .sublocation = error->sublocation,
                                                                            .extlocation = error->extlocation,
                                                                            .address = error->address,
                                                                            .isParity = error->parity,
                                                                            .count = error->count};
  }
  return NVML_SUCCESS;
}
