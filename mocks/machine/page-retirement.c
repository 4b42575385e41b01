/* Dynamic page retirement, the GPUs before Ampere. */
#include "machine.h"

bool page_is_retired(const struct gpu *gpu, uint64_t address) {
  uint64_t page = address - address % PAGE_BYTES;
  for (uint32_t i = 0; i < gpu->page_count; i++)
    if (gpu->pages[i].address == page) return true;
  return false;
}

void page_retire(struct machine *machine, struct gpu *gpu, uint64_t address, enum retirement_cause cause) {
  uint64_t page = address - address % PAGE_BYTES;
  if (gpu->page_count >= PAGES_MAX) {
    log_xid(machine, gpu, 64, "page 0x%llx could not be retired, all %d entries are in use (SIMULATED)", (unsigned long long)page, PAGES_MAX);
    event_raise(machine, gpu, EVENT_MEMORY_RETIREMENT_FAILURE, 0);
    return;
  }
  gpu->pages[gpu->page_count] = (struct retired_page){.address = page, .retired_at_ns = machine_now_ns(machine), .cause = cause, .pending = 1};
  gpu->page_count++;
  log_xid(machine, gpu, 63, "page 0x%llx retired, the next driver load or reset excludes it (SIMULATED)", (unsigned long long)page);
  event_raise(machine, gpu, EVENT_MEMORY_RETIREMENT, 0);
}

bool pages_pending(const struct gpu *gpu) {
  for (uint32_t i = 0; i < gpu->page_count; i++)
    if (gpu->pages[i].pending) return true;
  return false;
}

void pages_exclude(struct gpu *gpu) {
  for (uint32_t i = 0; i < gpu->page_count; i++) gpu->pages[i].pending = 0;
}
