/* What the daemon does when it is asked: in the order in which it looks at a request. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"
#include "number-list.h"

unsigned fabric_partition_count(const struct machine *machine) {
  unsigned count = 0;
  while (count < FM_PARTITIONS && machine->fabric_manager.partitions[count].gpus[0]) count++;
  return count;
}

#define FOR_PARTITIONS(partition, machine) \
  for (struct fm_partition *partition = (machine)->fabric_manager.partitions; partition < (machine)->fabric_manager.partitions + fabric_partition_count(machine); partition++)

struct fm_partition *fabric_partition_of(struct machine *machine, uint32_t id) {
  FOR_PARTITIONS(partition, machine)
    if (partition->id == id && !partition->unsupported) return partition;
  return NULL;
}

unsigned fabric_partition_gpus(const struct fm_partition *partition, uint32_t ids[FM_GPUS]) {
  struct numbers numbers;
  unsigned count = 0;
  if (!numbers_read(partition->gpus, &numbers)) return 0;
  for (uint32_t id = 1; id < NUMBERS && count < FM_GPUS; id++)
    if (numbers_has(&numbers, id)) ids[count++] = id;
  return count;
}

struct gpu *fabric_gpu_of(struct machine *machine, uint32_t module_id) {
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    if (machine->gpus[i].board.module_id == module_id) return &machine->gpus[i];
  return NULL;
}

static bool share_a_gpu(const struct fm_partition *one, const struct fm_partition *two) {
  struct numbers of_one, of_two;
  if (!numbers_read(one->gpus, &of_one) || !numbers_read(two->gpus, &of_two)) return false;
  for (unsigned i = 0; i < NUMBERS / 64; i++)
    if (of_one.bits[i] & of_two.bits[i]) return true;
  return false;
}

/* The links that its routed partition uses, or all of them on bare metal. */
static unsigned links_wanted(struct machine *machine, const struct gpu *gpu) {
  if (machine->fabric_manager.config.mode == FM_BARE_METAL) return gpu->nvlink.link_count;
  FOR_PARTITIONS(partition, machine) {
    struct numbers gpus;
    if (partition->routed && numbers_read(partition->gpus, &gpus) && gpu->board.module_id < NUMBERS && numbers_has(&gpus, gpu->board.module_id)) return partition->links;
  }
  return 0;
}

/* What is down for another reason stays so. */
static void route_link(struct nvlink_link *link, bool wanted) {
  if (link->remote != REMOTE_SWITCH) return;
  if (!wanted && nvlink_is_up(link)) {
    link->state = NVLINK_INACTIVE;
    link->unrouted = 1;
  } else if (wanted && link->unrouted) {
    link->state = NVLINK_ACTIVE;
    link->unrouted = 0;
  }
}

void fabric_route(struct machine *machine) {
  if (!fabric_manager_exists(machine)) return;
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    struct nvlink *nvlink = &machine->gpus[i].nvlink;
    const unsigned wanted = links_wanted(machine, &machine->gpus[i]);
    for (unsigned link = 0; link < nvlink->link_count; link++) route_link(&nvlink->links[link], link < wanted && !nvlink->links[link].failed);
  }
}

static enum fm_outcome serves_partitions(struct machine *machine) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  if (manager->manners == FM_CLASHES) return FM_CLASH;
  if (manager->config.mode == FM_BARE_METAL) return FM_NOT_IN_THIS_MODE;
  return manager->state == FM_UP ? FM_DONE : FM_NOT_READY;
}

enum fm_outcome fabric_may_list(struct machine *machine) { return serves_partitions(machine); }

enum fm_outcome fabric_may_list_failed(struct machine *machine) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  if (manager->manners == FM_CLASHES) return FM_CLASH;
  if (manager->restarted) return FM_NOT_IN_THIS_MODE;
  return manager->state == FM_UP ? FM_DONE : FM_NOT_READY;
}

static bool uses_a_broken_gpu(struct machine *machine, const struct fm_partition *partition) {
  uint32_t ids[FM_GPUS];
  const unsigned count = fabric_partition_gpus(partition, ids);
  for (unsigned i = 0; i < count; i++) {
    const struct gpu *gpu = fabric_gpu_of(machine, ids[i]);
    if (!gpu || gpu->lost) return true;
    /* Until A100, whose NVLinks MIG takes away; afterwards activation succeeds without them. */
    if (count > 1 && gpu->mig.mode == 1 && !fabric_lists_everything(machine)) return true;
  }
  return false;
}

/* One of each GPU, in the order of the GPUs. */
static bool functions_fit(struct machine *machine, const struct fm_partition *partition, const struct fm_function *functions, unsigned function_count) {
  uint32_t ids[FM_GPUS];
  const unsigned count = fabric_partition_gpus(partition, ids);
  if (function_count != count) return false;
  for (unsigned i = 0; i < count; i++) {
    const struct gpu *gpu = fabric_gpu_of(machine, ids[i]);
    const bool physical = functions[i].device == 0 && functions[i].function == 0;
    if (!gpu || physical || functions[i].device > 0x1f || functions[i].function > 7) return false;
    if (functions[i].domain != gpu->pcie.domain || functions[i].bus != gpu->pcie.bus) return false;
  }
  return true;
}

static void note_functions(struct fm_partition *partition, const struct fm_function *functions, unsigned count) {
  size_t used = 0;
  memset(partition->functions, 0, sizeof partition->functions);
  for (unsigned i = 0; i < count; i++)
    used += (size_t)snprintf(partition->functions + used, sizeof partition->functions - used, "%s%04x:%02x:%02x.%x", i ? "," : "", functions[i].domain & 0xffff, functions[i].bus & 0xff,
                             functions[i].device, functions[i].function);
}

/* What was asked for is in order: now it happens, or what the next request was made to meet. */
static bool happens(struct machine *machine, enum fm_outcome *outcome) {
  struct fabric_manager *manager = &machine->fabric_manager;
  const uint32_t next = manager->next;
  manager->next = FM_NEXT_SERVED;
  *outcome = next == FM_NEXT_SERVED ? FM_DONE : next == FM_NEXT_TIMES_OUT_DONE || next == FM_NEXT_TIMES_OUT_UNDONE ? FM_TIMED_OUT : FM_GONE;
  if (next == FM_NEXT_DIES_BEFORE) fabric_manager_end(machine, "killed by signal 9 during a request");
  return next != FM_NEXT_DIES_BEFORE && next != FM_NEXT_TIMES_OUT_UNDONE;
}

static enum fm_outcome having_done(struct machine *machine, enum fm_outcome outcome) {
  fabric_route(machine);
  if (outcome == FM_GONE) fabric_manager_end(machine, "killed by signal 9 after a request");
  return outcome;
}

enum fm_outcome fabric_activate(struct machine *machine, uint32_t id, const struct fm_function *functions, unsigned function_count) {
  enum fm_outcome outcome = serves_partitions(machine);
  if (outcome != FM_DONE) return outcome;
  if ((machine->fabric_manager.config.mode == FM_VGPU) != (functions != NULL)) return FM_NOT_IN_THIS_MODE;
  struct fm_partition *partition = fabric_partition_of(machine, id);
  if (!partition) return FM_BAD_PARAMETER;
  FOR_PARTITIONS(other, machine)
    if (other->active && (other == partition || share_a_gpu(other, partition))) return FM_TAKEN;
  if (functions && !functions_fit(machine, partition, functions, function_count)) return FM_BAD_PARAMETER;
  if (uses_a_broken_gpu(machine, partition)) return FM_FAILS;
  if (!happens(machine, &outcome)) return outcome;
  if (functions) note_functions(partition, functions, function_count);
  partition->active = partition->routed = 1;
  return having_done(machine, outcome);
}

enum fm_outcome fabric_deactivate(struct machine *machine, uint32_t id) {
  enum fm_outcome outcome = serves_partitions(machine);
  if (outcome != FM_DONE) return outcome;
  struct fm_partition *partition = fabric_partition_of(machine, id);
  if (!partition) return FM_BAD_PARAMETER;
  if (!partition->active) return FM_NOT_ACTIVE;
  if (!happens(machine, &outcome)) return outcome;
  partition->active = partition->routed = 0;
  memset(partition->functions, 0, sizeof partition->functions);
  return having_done(machine, outcome);
}

static bool set_is_lawful(struct machine *machine, const uint32_t *ids, uint32_t count) {
  if (count > FM_PARTITIONS) return false;
  for (uint32_t i = 0; i < count; i++) {
    const struct fm_partition *partition = fabric_partition_of(machine, ids[i]);
    if (!partition) return false;
    for (uint32_t j = 0; j < i; j++)
      if (ids[j] == ids[i] || share_a_gpu(partition, fabric_partition_of(machine, ids[j]))) return false;
  }
  return true;
}

static bool has(const uint32_t *ids, uint32_t count, uint32_t id) {
  for (uint32_t i = 0; i < count; i++)
    if (ids[i] == id) return true;
  return false;
}

/* Whatever was routed and is not in the set is routed no more. */
enum fm_outcome fabric_set_activated(struct machine *machine, const uint32_t *ids, uint32_t count) {
  struct fabric_manager *manager = &machine->fabric_manager;
  enum fm_outcome outcome;
  if (manager->manners == FM_CLASHES) return FM_CLASH;
  if (manager->state == FM_STARTING) return FM_NOT_READY;
  if (manager->state != FM_WAITING) return FM_NOT_IN_THIS_MODE;
  if (!set_is_lawful(machine, ids, count)) return FM_BAD_PARAMETER;
  if (!happens(machine, &outcome)) return outcome;
  FOR_PARTITIONS(partition, machine) {
    partition->active = partition->routed = has(ids, count, partition->id);
    if (!partition->active) memset(partition->functions, 0, sizeof partition->functions);
  }
  manager->state = FM_UP;
  manager->since_ns = machine_now_ns(machine);
  return having_done(machine, outcome);
}
