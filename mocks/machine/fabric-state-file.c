/* The daemon's state file: which GPU is in which place, and which partitions there are. The real one is binary and not public; this is
 * our own form of the same facts. */
#include <stdio.h>
#include <string.h>
#include "machine.h"

enum { MOST_BYTES = 8192 };

static size_t print_state(const struct machine *machine, char *out, size_t size) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  size_t used = (size_t)snprintf(out, size, "gpuwright fabric manager state (SIMULATED)\nversion %s\nmode %u\n", manager->version, manager->config.mode);
  for (uint32_t i = 0; i < machine->gpu_count && used < size; i++)
    used += (size_t)snprintf(out + used, size - used, "gpu %u %s\n", machine->gpus[i].board.module_id, machine->gpus[i].board.uuid);
  for (unsigned i = 0; i < fabric_partition_count(machine) && used < size; i++)
    if (!manager->partitions[i].unsupported) used += (size_t)snprintf(out + used, size - used, "partition %u %s\n", manager->partitions[i].id, manager->partitions[i].gpus);
  return used < size ? used : size - 1;
}

bool fabric_state_file_write(const struct machine *machine) {
  char text[MOST_BYTES];
  const size_t length = print_state(machine, text, sizeof text);
  FILE *file = machine->fabric_manager.config.state_file[0] ? fopen(machine->fabric_manager.config.state_file, "we") : NULL;
  if (!file) return false;
  const bool written = fwrite(text, 1, length, file) == length;
  return fclose(file) == 0 && written;
}

const char *fabric_state_file_check(const struct machine *machine, const char *path) {
  char wanted[MOST_BYTES], found[MOST_BYTES];
  const size_t length = print_state(machine, wanted, sizeof wanted);
  FILE *file = path[0] ? fopen(path, "re") : NULL;
  if (!file) return "its state file is not there";
  const size_t got = fread(found, 1, sizeof found, file);
  fclose(file);
  return got == length && memcmp(wanted, found, length) == 0 ? NULL : "its state file is not of this version, mode and hardware";
}
