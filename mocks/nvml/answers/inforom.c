/* What the InfoROM tells of itself, and its black box recorder. */
#include "put.h"

ANSWER(nvmlDeviceGetInforomVersion, nvmlInforomObject_t object, char *version, unsigned int length) {
  const struct inforom *inforom = &call->gpu->board.inforom;
  switch (object) {
    case NVML_INFOROM_OEM: return put_optional_text(version, length, inforom->oem);
    case NVML_INFOROM_ECC: return put_optional_text(version, length, inforom->ecc);
    case NVML_INFOROM_POWER: return put_optional_text(version, length, inforom->power);
    case NVML_INFOROM_DEN: return put_optional_text(version, length, inforom->dram_encryption);
    default: return NVML_ERROR_INVALID_ARGUMENT;
  }
}

ANSWER(nvmlDeviceGetInforomImageVersion, char *version, unsigned int length) { return put_optional_text(version, length, call->gpu->board.inforom.image); }

static nvmlReturn_t validity(const struct inforom *inforom) {
  if (inforom->valid == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  return inforom->valid ? NVML_SUCCESS : NVML_ERROR_CORRUPTED_INFOROM;
}

ANSWER(nvmlDeviceValidateInforom) { return validity(&call->gpu->board.inforom); }

ANSWER(nvmlDeviceGetInforomConfigurationChecksum, unsigned int *checksum) {
  const nvmlReturn_t status = validity(&call->gpu->board.inforom);
  return status == NVML_SUCCESS ? put_u32(checksum, call->gpu->board.inforom.checksum) : status;
}

ANSWER(nvmlDeviceGetLastBBXFlushTime, unsigned long long *timestamp, unsigned long *durationUs) {
  const struct bbx *bbx = &call->gpu->board.bbx;
  if (bbx->flushed_us == UNSUPPORTED_U64) return NVML_ERROR_NOT_SUPPORTED;
  if (bbx->flushed_us == 0) return NVML_ERROR_NOT_READY;
  *timestamp = bbx->flushed_us;
  *durationUs = bbx->flush_duration_us;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetBBXTimeData_v1, nvmlBBXTimeData_v1_t *timeData) { return put_u32(&timeData->timeRun, bbx_run_seconds(call->machine, call->gpu)); }
