/* Memory errors: detected only with ECC on, by a loaded driver, on a GPU that answers. */
#include "attributes.h"
#include "machine.h"

enum { STORM_ERRORS = 10 };

/* So many corrected errors within one second of the machine's clock, and that once. */
static void watch_for_storm(struct machine *machine, struct gpu *gpu) {
  const int64_t second = machine_now_ns(machine) / 1000000000;
  if (second != gpu->ecc.storm_second) gpu->ecc.storm_errors = 0;
  gpu->ecc.storm_second = second;
  if (++gpu->ecc.storm_errors == STORM_ERRORS) event_raise(machine, gpu, EVENT_SINGLE_BIT_ECC_STORM, 0);
}

static enum detection observe(const struct machine *machine, const struct gpu *gpu) {
  if (!machine->driver_loaded) return DRIVER_NOT_LOADED_NOTHING_SEEN;
  if (gpu->lost || gpu->removed) return GPU_LOST_NOTHING_SEEN;
  return gpu_ecc_is_on(gpu) ? DETECTED : ECC_IS_OFF;
}

static enum detection detect(struct machine *machine, struct gpu *gpu, enum error_kind error, enum ecc_place place) {
  const enum detection detection = observe(machine, gpu);
  if (detection != DETECTED) return detection;
  gpu->ecc.errors[COUNTER_VOLATILE][error][place]++;
  gpu->ecc.errors[COUNTER_AGGREGATE][error][place]++;
  event_raise(machine, gpu, error == ERROR_CORRECTED ? EVENT_SINGLE_BIT_ECC : EVENT_DOUBLE_BIT_ECC, 0);
  if (error == ERROR_CORRECTED) watch_for_storm(machine, gpu);
  return detection;
}

static void single_bit_in_page(struct machine *machine, struct gpu *gpu, uint64_t address) {
  if (page_is_retired(gpu, address)) return;
  struct error_address *seen = error_address_of(gpu, address);
  if (seen && ++seen->single_bit >= 2) page_retire(machine, gpu, address, CAUSE_MULTIPLE_SINGLE_BIT);
}

/* A page retires once; later errors on it only raise counters. */
static void double_bit_in_page(struct machine *machine, struct gpu *gpu, uint64_t address) {
  if (page_is_retired(gpu, address)) return;
  struct error_address *seen = error_address_of(gpu, address);
  if (seen) seen->double_bit++;
  log_xid(machine, gpu, 48, "double-bit ECC error at 0x%llx (SIMULATED)", (unsigned long long)address);
  if (gpu_retires_pages(gpu)) page_retire(machine, gpu, address, CAUSE_DOUBLE_BIT);
}

enum detection ecc_single_bit(struct machine *machine, struct gpu *gpu, uint64_t address) {
  const enum detection detection = detect(machine, gpu, ERROR_CORRECTED, ECC_DRAM);
  if (detection != DETECTED) return detection;
  if (gpu_remaps_rows(gpu)) row_correctable(machine, gpu, address);
  else if (gpu_retires_pages(gpu)) single_bit_in_page(machine, gpu, address);
  recovery_review(machine, gpu);
  return detection;
}

enum detection ecc_double_bit(struct machine *machine, struct gpu *gpu, uint64_t address) {
  const enum detection detection = detect(machine, gpu, ERROR_UNCORRECTED, ECC_DRAM);
  if (detection != DETECTED) return detection;
  if (gpu_remaps_rows(gpu)) row_uncorrectable(machine, gpu, address);
  else double_bit_in_page(machine, gpu, address);
  recovery_review(machine, gpu);
  return detection;
}

enum detection ecc_on_chip(struct machine *machine, struct gpu *gpu, enum error_kind error, enum ecc_place place, const char *where) {
  const enum detection detection = detect(machine, gpu, error, place);
  if (detection != DETECTED || error == ERROR_CORRECTED) return detection;
  log_xid(machine, gpu, 48, "uncorrectable ECC error in the %s (SIMULATED)", where);
  if (gpu_remaps_rows(gpu)) log_xid(machine, gpu, 94, "contained: only the application that used the data ends (SIMULATED)");
  return detection;
}

static bool is_same_cell(const struct sram_error *one, const struct sram_error *other) {
  return one->unit == other->unit && one->location == other->location && one->sublocation == other->sublocation && one->extlocation == other->extlocation &&
         one->address == other->address && one->parity == other->parity;
}

/* Like addresses of DRAM: what comes when the list is full is dropped. */
static void remember_cell(struct ecc *ecc, const struct sram_error *cell) {
  for (uint32_t i = 0; i < ecc->sram_error_count; i++) {
    if (!is_same_cell(&ecc->sram_errors[i], cell)) continue;
    ecc->sram_errors[i].count++;
    return;
  }
  if (ecc->sram_error_count >= SRAM_ERRORS_MAX) return;
  ecc->sram_errors[ecc->sram_error_count] = *cell;
  ecc->sram_errors[ecc->sram_error_count].count = 1;
  ecc->sram_error_count++;
}

enum detection ecc_in_sram(struct machine *machine, struct gpu *gpu, enum ecc_place place, enum sram_bucket bucket, const struct sram_error *cell) {
  const enum error_kind error = place == ECC_SRAM ? ERROR_CORRECTED : ERROR_UNCORRECTED;
  const enum detection detection = ecc_on_chip(machine, gpu, error, place, "SRAM");
  if (detection != DETECTED || error == ERROR_CORRECTED) return detection;
  gpu->ecc.buckets[bucket]++;
  remember_cell(&gpu->ecc, cell);
  return detection;
}

enum detection poison_consumed(struct machine *machine, struct gpu *gpu, bool fatal) {
  const enum detection detection = observe(machine, gpu);
  if (detection != DETECTED) return detection;
  if (fatal) gpu->uncontained = 1;
  log_xid(machine, gpu, fatal ? 95 : 94, fatal ? "poisoned data used, not contained (SIMULATED)" : "poisoned data used, contained (SIMULATED)");
  event_raise(machine, gpu, fatal ? EVENT_FATAL_POISON : EVENT_NON_FATAL_POISON, 0);
  recovery_review(machine, gpu);
  return detection;
}
