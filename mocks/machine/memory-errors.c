/* Memory errors: detected only with ECC on, by a loaded driver, on a GPU that answers. */
#include <string.h>
#include "machine.h"

static enum detection detect(struct machine *machine, struct gpu *gpu, enum error_kind kind) {
  if (!machine->driver_loaded) return DRIVER_NOT_LOADED_NOTHING_SEEN;
  if (gpu->lost) return GPU_LOST_NOTHING_SEEN;
  if (!gpu_ecc_is_on(gpu)) return ECC_IS_OFF;
  gpu->ecc.errors[COUNTER_VOLATILE][kind]++;
  gpu->ecc.errors[COUNTER_AGGREGATE][kind]++;
  event_raise(machine, gpu, kind == ERROR_CORRECTED ? EVENT_SINGLE_BIT_ECC : EVENT_DOUBLE_BIT_ECC, 0);
  return DETECTED;
}

enum detection ecc_single_bit(struct machine *machine, struct gpu *gpu, uint64_t address) {
  enum detection detection = detect(machine, gpu, ERROR_CORRECTED);
  if (detection != DETECTED) return detection;
  if (gpu_remaps_rows(gpu)) {
    row_correctable(machine, gpu, address);
    return detection;
  }
  if (!gpu_retires_pages(gpu) || page_is_retired(gpu, address)) return detection;
  struct error_address *seen = error_address_of(gpu, address);
  if (seen && ++seen->single_bit >= 2) page_retire(machine, gpu, address, CAUSE_MULTIPLE_SINGLE_BIT);
  return detection;
}

enum detection ecc_double_bit(struct machine *machine, struct gpu *gpu, uint64_t address) {
  enum detection detection = detect(machine, gpu, ERROR_UNCORRECTED);
  if (detection != DETECTED) return detection;
  if (gpu_remaps_rows(gpu)) {
    row_uncorrectable(machine, gpu, address);
    return detection;
  }
  /* A page retires once; later errors on it only raise counters. */
  if (page_is_retired(gpu, address)) return detection;
  struct error_address *seen = error_address_of(gpu, address);
  if (seen) seen->double_bit++;
  log_xid(machine, gpu, 48, "double-bit ECC error at 0x%llx (SIMULATED)", (unsigned long long)address);
  if (gpu_retires_pages(gpu)) page_retire(machine, gpu, address, CAUSE_DOUBLE_BIT);
  return detection;
}
