/* Row remapping, Ampere and later. Limits are documented; how many correctable errors make a remapping, how an address maps to a
 * bank, and the steps of the histogram are not: two at the same address, round robin over the banks, and steps of our own. */
#include <string.h>
#include "attributes.h"
#include "machine.h"

enum { CORRECTABLE_THRESHOLD = 2 };

static uint64_t row_of(const struct gpu *gpu, uint64_t address) { return address / gpu->memory.row_bytes; }
static uint64_t bank_of(const struct gpu *gpu, uint64_t row) { return row % gpu->memory.banks; }

static struct remapped_row *find(struct gpu *gpu, uint64_t row) {
  for (uint32_t i = 0; i < gpu->row_count; i++)
    if (gpu->rows[i].row == row) return &gpu->rows[i];
  return NULL;
}

static unsigned used_in_bank(const struct gpu *gpu, uint64_t bank, bool only_uncorrectable) {
  unsigned used = 0;
  for (uint32_t i = 0; i < gpu->row_count; i++)
    if (bank_of(gpu, gpu->rows[i].row) == bank && (gpu->rows[i].uncorrectable || !only_uncorrectable)) used++;
  return used;
}

/* An entry made for correctable errors gives way when spare rows run out. */
static struct remapped_row *displace_correctable(struct gpu *gpu, uint64_t bank, bool any_bank) {
  for (uint32_t i = 0; i < gpu->row_count; i++)
    if (!gpu->rows[i].uncorrectable && (any_bank || bank_of(gpu, gpu->rows[i].row) == bank)) return &gpu->rows[i];
  return NULL;
}

static bool record(struct gpu *gpu, uint64_t row, bool uncorrectable) {
  const uint64_t bank = bank_of(gpu, row);
  const bool bank_full = used_in_bank(gpu, bank, false) >= BANK_ROWS_MAX, table_full = gpu->row_count >= ROWS_MAX;
  struct remapped_row *entry = &gpu->rows[gpu->row_count];
  if (bank_full || table_full) {
    entry = uncorrectable ? displace_correctable(gpu, bank, !bank_full) : NULL;
    if (!entry) return false;
    *entry = (struct remapped_row){.row = row, .uncorrectable = 1, .pending = 1, .recorded = 1};
    return true;
  }
  *entry = (struct remapped_row){.row = row, .uncorrectable = uncorrectable, .pending = 1, .recorded = 1};
  gpu->row_count++;
  return true;
}

static void fail(struct machine *machine, struct gpu *gpu, uint64_t row, const char *why) {
  gpu->remap_failed = 1;
  if (gpu->repair.unrepairable_memory != UNSUPPORTED_U32) gpu->repair.unrepairable_memory = 1;
  log_xid(machine, gpu, 64, "row 0x%llx could not be remapped: %s (SIMULATED)", (unsigned long long)row, why);
  event_raise(machine, gpu, EVENT_MEMORY_RETIREMENT_FAILURE, 0);
}

static void tell_of_remapping(struct machine *machine, struct gpu *gpu, uint64_t row) {
  log_xid(machine, gpu, 63, "row 0x%llx marked for remapping, the next reset carries it out (SIMULATED)", (unsigned long long)row);
  event_raise(machine, gpu, EVENT_MEMORY_RETIREMENT, 0);
}

void row_correctable(struct machine *machine, struct gpu *gpu, uint64_t address) {
  const uint64_t row = row_of(gpu, address);
  if (find(gpu, row)) return;
  struct error_address *seen = error_address_of(gpu, address);
  if (!seen || ++seen->single_bit < CORRECTABLE_THRESHOLD) return;
  if (record(gpu, row, false)) tell_of_remapping(machine, gpu, row);
}

void row_uncorrectable(struct machine *machine, struct gpu *gpu, uint64_t address) {
  const uint64_t row = row_of(gpu, address);
  struct error_address *seen = error_address_of(gpu, address);
  if (seen) seen->double_bit++;
  log_xid(machine, gpu, 48, "uncorrectable ECC error at 0x%llx (SIMULATED)", (unsigned long long)address);

  struct remapped_row *known = find(gpu, row);
  if (known && known->pending) {
    known->uncorrectable = 1;
    log_xid(machine, gpu, 64, "row 0x%llx already waits for its remapping (SIMULATED)", (unsigned long long)row);
  } else if (known) {
    fail(machine, gpu, row, "it has been remapped before");
  } else if (used_in_bank(gpu, bank_of(gpu, row), true) >= BANK_ROWS_MAX) {
    fail(machine, gpu, row, "no spare row is left in its bank");
  } else if (!record(gpu, row, true)) {
    fail(machine, gpu, row, "no entry is left");
  } else {
    tell_of_remapping(machine, gpu, row);
  }
  log_xid(machine, gpu, 94, "contained: only the application that used the data ends (SIMULATED)");
}

unsigned rows_count(const struct gpu *gpu, bool uncorrectable) {
  unsigned count = 0;
  for (uint32_t i = 0; i < gpu->row_count; i++)
    if ((gpu->rows[i].uncorrectable != 0) == uncorrectable) count++;
  return count;
}

bool rows_pending(const struct gpu *gpu) {
  for (uint32_t i = 0; i < gpu->row_count; i++)
    if (gpu->rows[i].pending) return true;
  return false;
}

void rows_remap(struct gpu *gpu) {
  for (uint32_t i = 0; i < gpu->row_count; i++) gpu->rows[i].pending = 0;
}

struct row_histogram rows_histogram(const struct gpu *gpu) {
  struct row_histogram histogram = {.max = gpu->memory.banks};
  for (uint32_t i = 0; i < gpu->row_count; i++) {
    const uint64_t bank = bank_of(gpu, gpu->rows[i].row);
    bool counted = false;
    for (uint32_t j = 0; j < i && !counted; j++) counted = bank_of(gpu, gpu->rows[j].row) == bank;
    if (counted) continue;
    const unsigned used = used_in_bank(gpu, bank, false);
    histogram.max--;
    if (used >= BANK_ROWS_MAX) histogram.none++;
    else if (used >= 6) histogram.low++;
    else if (used >= 4) histogram.partial++;
    else histogram.high++;
  }
  return histogram;
}
