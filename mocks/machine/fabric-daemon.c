/* The daemon's life, by the machine's clock: nobody has to run for it. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"

bool fabric_manager_exists(const struct machine *machine) { return machine->fabric_manager.platform != UNSUPPORTED_U32; }

static void become(struct machine *machine, enum fm_state state, int64_t since_ns) {
  machine->fabric_manager.state = state;
  machine->fabric_manager.since_ns = since_ns;
}

static void forget_what_was_active(struct machine *machine) {
  for (unsigned i = 0; i < FM_PARTITIONS; i++) machine->fabric_manager.partitions[i].active = 0;
}

static bool runs(const struct fabric_manager *manager) { return manager->state != FM_STOPPED && manager->state != FM_FAILED; }

static void leave(struct machine *machine, enum fm_state state, const char *why) {
  struct fabric_manager *manager = &machine->fabric_manager;
  manager->runs++;
  snprintf(manager->why, sizeof manager->why, "%s", why);
  forget_what_was_active(machine);
  become(machine, state, machine_now_ns(machine));
}

void fabric_manager_end(struct machine *machine, const char *why) {
  if (runs(&machine->fabric_manager)) leave(machine, FM_STOPPED, why);
}

void fabric_manager_fail(struct machine *machine, const char *why) {
  if (runs(&machine->fabric_manager)) leave(machine, FM_FAILED, why);
}

static void register_all(struct machine *machine) {
  for (uint32_t i = 0; i < machine->gpu_count; i++) machine->gpus[i].fabric.registration_lost = 0;
}

void fabric_manager_register_anew(struct machine *machine, struct gpu *gpu) {
  if (fabric_manager_exists(machine)) gpu->fabric.registration_lost = machine->fabric_manager.state != FM_UP;
}

/* Everything begins anew: what was routed before is not any more. */
static void initialise(struct machine *machine, int64_t since_ns) {
  struct fabric_manager *manager = &machine->fabric_manager;
  for (unsigned i = 0; i < FM_PARTITIONS; i++) {
    manager->partitions[i].routed = 0;
    memset(manager->partitions[i].functions, 0, sizeof manager->partitions[i].functions);
  }
  if (fabric_take_stock(machine)) {
    become(machine, FM_UP, since_ns);
    register_all(machine);
    manager->state_file_due = manager->config.mode != FM_BARE_METAL;
  } else if (manager->config.stay_resident) {
    become(machine, FM_RESIDENT, since_ns);
  } else {
    leave(machine, FM_FAILED, "the fabric could not be initialised");
  }
  fabric_route(machine);
}

static void started(struct machine *machine, int64_t since_ns) {
  struct fabric_manager *manager = &machine->fabric_manager;
  if (!manager->restarted) {
    initialise(machine, since_ns);
    return;
  }
  const char *wrong = fabric_state_file_check(machine, manager->config.state_file);
  if (wrong) leave(machine, FM_FAILED, wrong);
  else become(machine, FM_WAITING, since_ns);
}

static int64_t due_ns(const struct fabric_manager *manager, uint32_t milliseconds) { return manager->since_ns + (int64_t)milliseconds * 1000000; }

void fabric_manager_settle(struct machine *machine) {
  struct fabric_manager *manager = &machine->fabric_manager;
  if (!fabric_manager_exists(machine) || (manager->state != FM_STARTING && manager->state != FM_WAITING && !manager->state_file_due)) return;
  const int64_t now = machine_now_ns(machine);
  if (manager->state == FM_STARTING && now >= due_ns(manager, manager->start_ms)) started(machine, due_ns(manager, manager->start_ms));
  if (manager->state == FM_WAITING && now >= due_ns(manager, manager->window_ms)) leave(machine, FM_FAILED, "nobody gave the set of active partitions in time");
  if (manager->state_file_due && manager->state == FM_UP && fabric_state_file_write(machine)) manager->state_file_due = 0;
}

bool fabric_manager_start(struct machine *machine, const struct fm_configuration *config, bool restart, struct failure *failure) {
  struct fabric_manager *manager = &machine->fabric_manager;
  if (!fabric_manager_exists(machine)) return refuse(failure, "INVALID_INPUT", "fabric-manager: the host has no NVSwitch, so there is nothing to do: take a profile of an HGX board");
  if (runs(manager)) return refuse(failure, "INVALID_INPUT", "fabric-manager: runs already: stop it first, or restart it");
  manager->config = *config;
  manager->restarted = (restart || config->restart) && config->mode != FM_BARE_METAL;
  manager->manners = FM_ANSWERS;
  manager->runs++;
  manager->why[0] = 0;
  become(machine, FM_STARTING, machine_now_ns(machine));
  if (strcmp(manager->version, machine->driver_version) != 0) leave(machine, FM_FAILED, "its version is not the driver's");
  else if (!machine->driver_loaded) leave(machine, FM_FAILED, "the driver is not loaded");
  fabric_manager_settle(machine);
  return true;
}

void fabric_manager_boot(struct machine *machine) {
  struct failure failure;
  struct fabric_manager *manager = &machine->fabric_manager;
  const struct fm_configuration config = manager->config;
  if (!fabric_manager_exists(machine)) return;
  leave(machine, FM_STOPPED, "the host went down");
  for (unsigned i = 0; i < FM_PARTITIONS; i++) manager->partitions[i].routed = 0;
  fabric_route(machine);
  /* Where this tells of a host that has booted, its services have started. */
  if (fabric_manager_start(machine, &config, false, &failure) && manager->state == FM_STARTING) started(machine, machine_now_ns(machine));
}

bool fabric_manager_listens(const struct machine *machine) {
  return fabric_manager_exists(machine) && runs(&machine->fabric_manager) && machine->fabric_manager.manners != FM_CLOSES;
}
