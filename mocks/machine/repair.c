#include <string.h>
#include "attributes.h"
#include "machine.h"

#define TERMINATE(text) ((text)[sizeof(text) - 1] = 0)

static void repair_gpu(struct gpu *gpu) {
  if (gpu->page_count > PAGES_MAX) gpu->page_count = PAGES_MAX;
  if (gpu->address_count > ERROR_ADDRESSES_MAX) gpu->address_count = ERROR_ADDRESSES_MAX;
  if (gpu->row_count > ROWS_MAX) gpu->row_count = ROWS_MAX;

  /* A page stands once, at a page's start; what was never written is dropped. */
  uint32_t kept = 0;
  for (uint32_t i = 0; i < gpu->page_count; i++) {
    struct retired_page page = gpu->pages[i];
    bool lawful = page.address % PAGE_BYTES == 0 && page.cause <= CAUSE_DOUBLE_BIT && page.retired_at_ns != 0;
    for (uint32_t j = 0; j < kept; j++) lawful = lawful && gpu->pages[j].address != page.address;
    page.pending = page.pending != 0;
    if (lawful) gpu->pages[kept++] = page;
  }
  gpu->page_count = kept;

  kept = 0;
  for (uint32_t i = 0; i < gpu->address_count; i++)
    if (gpu->addresses[i].single_bit || gpu->addresses[i].double_bit) gpu->addresses[kept++] = gpu->addresses[i];
  gpu->address_count = kept;

  kept = 0;
  for (uint32_t i = 0; i < gpu->row_count; i++)
    if (gpu->rows[i].recorded) gpu->rows[kept++] = gpu->rows[i];
  gpu->row_count = kept;
}

void machine_repair(struct machine *machine) {
  TERMINATE(machine->profile);
  TERMINATE(machine->driver_version);
  TERMINATE(machine->nvml_version);
  TERMINATE(machine->boot_id);
  if (machine->gpu_count > GPU_MAX) machine->gpu_count = GPU_MAX;
  for (uint32_t i = 0; i < machine->gpu_count; i++) repair_gpu(&machine->gpus[i]);
  topics_repair(machine);
  for (int i = 0; i < CLIENTS_MAX; i++) {
    TERMINATE(machine->clients[i].name);
    if (machine->clients[i].instances == 0) machine->clients[i].pid = 0;
  }
  machine->faults_end = FAULTS_MAX;
  for (int i = 0; i < FAULTS_MAX; i++) {
    TERMINATE(machine->faults[i].function);
    if (machine->faults[i].kind > FAULT_ABSENT) memset(&machine->faults[i], 0, sizeof machine->faults[i]);
  }
  for (int i = 0; i < LOG_LINES; i++) TERMINATE(machine->log[i]);
}
