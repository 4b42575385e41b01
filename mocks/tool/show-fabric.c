/* Fabric Manager in `show`, and as what its commands answer. */
#include "attributes.h"
#include "show.h"

static const char *const PLATFORMS[] = {"hgx-2", "hgx-a100", "hgx-h100", "hgx-b200"};
static const char *const MODES[] = {"bare-metal", "shared", "vgpu"};
static const char *const STATES[] = {"stopped", "failed", "starting", "waiting", "up", "resident"};

static void show_partition(FILE *output, const struct fm_partition *partition) {
  uint32_t ids[FM_GPUS];
  const unsigned count = fabric_partition_gpus(partition, ids);
  fprintf(output, "{\"id\":%u,\"moduleIds\":[", partition->id);
  for (unsigned i = 0; i < count; i++) fprintf(output, "%s%u", i ? "," : "", ids[i]);
  fprintf(output, "],\"active\":%s,\"routed\":%s,\"supported\":%s,\"virtualFunctions\":", partition->active ? "true" : "false", partition->routed ? "true" : "false",
          partition->unsupported ? "false" : "true");
  show_text(output, partition->functions);
  fputc('}', output);
}

void show_fabric_manager(FILE *output, const struct machine *machine) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  if (!fabric_manager_exists(machine)) {
    fputs("null", output);
    return;
  }
  fprintf(output, "{\"platform\":\"%s\",\"state\":\"%s\",\"since\":", PLATFORMS[manager->platform], STATES[manager->state]);
  show_time(output, manager->since_ns);
  fprintf(output, ",\"mode\":\"%s\",\"restarted\":%s,\"version\":", MODES[manager->config.mode], manager->restarted ? "true" : "false");
  show_text(output, manager->version);
  fputs(",\"endedFor\":", output);
  if (manager->why[0]) show_text(output, manager->why);
  else fputs("null", output);
  fputs(",\"partitions\":[", output);
  for (unsigned i = 0; i < fabric_partition_count(machine); i++) {
    if (i) fputc(',', output);
    show_partition(output, &manager->partitions[i]);
  }
  fputs("]}", output);
}
