/* The InfoROM's log of error addresses: without time limit, up to its size; what comes later is dropped. */
#include "machine.h"

struct error_address *error_address_of(struct gpu *gpu, uint64_t address) {
  for (uint32_t i = 0; i < gpu->address_count; i++)
    if (gpu->addresses[i].address == address) return &gpu->addresses[i];
  if (gpu->address_count >= ERROR_ADDRESSES_MAX) return NULL;
  struct error_address *entry = &gpu->addresses[gpu->address_count];
  *entry = (struct error_address){.address = address};
  gpu->address_count++;
  return entry;
}
