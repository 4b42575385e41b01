/* What a daemon makes of what it finds broken when it initialises. What breaks later changes nothing until the next start. */
#include <string.h>
#include "attributes.h"
#include "machine.h"
#include "number-list.h"

enum { BASEBOARD_GPUS = 8, BASEBOARD_SWITCHES = 6 };

bool fabric_lists_everything(const struct machine *machine) { return machine->fabric_manager.platform >= FM_HGX_H100; }

struct fm_failed_ports fabric_failed_ports_of_gpu(const struct gpu *gpu) {
  struct fm_failed_ports failed = {0};
  for (unsigned link = 0; link < gpu->nvlink.link_count; link++)
    if (gpu->nvlink.links[link].failed) failed.ports[failed.count++] = (uint8_t)link;
  return failed;
}

static bool is_between(const struct nvlink_link *link, const struct fm_function *nvswitch) {
  return link->remote == REMOTE_SWITCH && link->remote_domain == nvswitch->domain && link->remote_bus == nvswitch->bus && link->remote_device == nvswitch->device;
}

/* Switches in the order of their addresses, which is that of their numbers. */
bool fabric_switch_address(const struct machine *machine, unsigned nvswitch, struct fm_function *out) {
  uint64_t last = 0;
  for (unsigned found = 0;; found++) {
    uint64_t next = UINT64_MAX;
    for (uint32_t i = 0; i < machine->gpu_count; i++)
      for (unsigned link = 0; link < machine->gpus[i].nvlink.link_count; link++) {
        const struct nvlink_link *each = &machine->gpus[i].nvlink.links[link];
        if (each->remote != REMOTE_SWITCH || each->remote_domain == UNSUPPORTED_U32) continue;
        const uint64_t place = ((uint64_t)each->remote_domain << 16 | each->remote_bus << 8 | each->remote_device) + 1;
        if (place > last && place < next) next = place;
      }
    if (next == UINT64_MAX) return false;
    if (found == nvswitch) {
      *out = (struct fm_function){.domain = (uint32_t)((next - 1) >> 16), .bus = (next - 1) >> 8 & 0xff, .device = (next - 1) & 0xff};
      return true;
    }
    last = next;
  }
}

struct fm_failed_ports fabric_failed_ports_of_switch(const struct machine *machine, unsigned nvswitch) {
  struct fm_failed_ports failed = {0};
  struct fm_function address;
  if (!fabric_switch_address(machine, nvswitch, &address)) return failed;
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    for (unsigned link = 0; link < machine->gpus[i].nvlink.link_count; link++) {
      const struct nvlink_link *each = &machine->gpus[i].nvlink.links[link];
      if (each->failed && is_between(each, &address) && failed.count < sizeof failed.ports) failed.ports[failed.count++] = (uint8_t)each->remote_link;
    }
  return failed;
}

/* What is broken of trunks and switches: which baseboards, and how many pairs of switches. */
struct damage {
  bool trunk, nvswitch[2];
  unsigned trunk_pairs, switches;
};

static struct damage look(const struct machine *machine) {
  struct damage damage = {0};
  const struct fm_switch *switches = machine->fabric_manager.switches;
  for (unsigned i = 0; i < FM_SWITCHES; i++)
    if (switches[i].failed) {
      damage.nvswitch[i / BASEBOARD_SWITCHES] = true;
      damage.switches++;
    }
  for (unsigned pair = 0; pair < BASEBOARD_SWITCHES; pair++) damage.trunk_pairs += switches[pair].trunk_failed || switches[pair + BASEBOARD_SWITCHES].trunk_failed;
  damage.trunk = damage.trunk_pairs > 0 && machine->gpu_count > BASEBOARD_GPUS;
  return damage;
}

/* With mode 1 a failed switch, or one with a failed trunk, is switched off together with its peer, as long as it is one pair. */
static bool goes_on_reduced(uint32_t failure_mode, enum fm_mode mode, unsigned pairs) { return failure_mode == 1 && mode != FM_VGPU && pairs <= 1; }

static bool gpu_is_out(const struct fabric_manager *manager, const struct gpu *gpu) {
  const struct fm_failed_ports failed = fabric_failed_ports_of_gpu(gpu);
  if (failed.count == 0) return false;
  if (manager->config.access_mode == 0) return true;
  const struct nvlink_link *first = &gpu->nvlink.links[failed.ports[0]];
  for (unsigned i = 1; i < failed.count; i++) {
    const struct nvlink_link *other = &gpu->nvlink.links[failed.ports[i]];
    if (other->remote_bus != first->remote_bus || other->remote_domain != first->remote_domain || other->remote_device != first->remote_device) return true;
  }
  return false;
}

static bool is_out(struct machine *machine, const struct fm_partition *partition, const struct damage *damage) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  uint32_t ids[FM_GPUS];
  bool boards[2] = {false, false};
  const unsigned count = fabric_partition_gpus(partition, ids);
  for (unsigned i = 0; i < count; i++) {
    const struct gpu *gpu = fabric_gpu_of(machine, ids[i]);
    boards[ids[i] > BASEBOARD_GPUS] = true;
    if (!gpu || gpu->lost || gpu->removed || gpu->mig.mode == 1 || gpu_is_out(manager, gpu)) return true;
  }
  if (count == 1) return false;
  if (boards[0] && boards[1] && damage->trunk && !goes_on_reduced(manager->config.trunk_mode, manager->config.mode, damage->trunk_pairs)) return true;
  if (goes_on_reduced(manager->config.switch_mode, manager->config.mode, damage->switches)) return false;
  return (boards[0] && damage->nvswitch[0]) || (boards[1] && damage->nvswitch[1]);
}

bool fabric_take_stock(struct machine *machine) {
  struct fabric_manager *manager = &machine->fabric_manager;
  const struct damage damage = look(machine);
  for (unsigned i = 0; i < FM_PARTITIONS; i++) manager->partitions[i].unsupported = 0;
  if (fabric_lists_everything(machine)) return damage.switches == 0;
  if (manager->config.mode == FM_BARE_METAL) {
    if (damage.switches > 0 && !goes_on_reduced(manager->config.switch_mode, FM_BARE_METAL, damage.switches)) return false;
    return !damage.trunk || goes_on_reduced(manager->config.trunk_mode, FM_BARE_METAL, damage.trunk_pairs);
  }
  for (unsigned i = 0; i < fabric_partition_count(machine); i++) manager->partitions[i].unsupported = is_out(machine, &manager->partitions[i], &damage);
  return true;
}

/* Links of the GPU that a switched-off switch, or its own failure, takes from it. */
unsigned fabric_links_available(const struct machine *machine, const struct gpu *gpu, const struct fm_partition *partition) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  unsigned available = 0;
  for (unsigned link = 0; link < gpu->nvlink.link_count && link < partition->links; link++) {
    const struct nvlink_link *each = &gpu->nvlink.links[link];
    bool off = each->failed;
    for (unsigned i = 0; i < FM_SWITCHES && !off && !fabric_lists_everything(machine); i++) {
      const unsigned peer = (i + BASEBOARD_SWITCHES) % FM_SWITCHES;
      const bool broken = manager->switches[i].failed || manager->switches[i].trunk_failed || manager->switches[peer].failed || manager->switches[peer].trunk_failed;
      struct fm_function address;
      if ((broken || (manager->config.access_mode == 1 && fabric_failed_ports_of_switch(machine, i).count)) && fabric_switch_address(machine, i, &address)) off = is_between(each, &address);
    }
    available += !off;
  }
  return available;
}
