#include "fabric-manager.h"
#include <stdio.h>
#include <string.h>
#include "fabric-configuration.h"
#include "show.h"

static bool start(struct machine *machine, const char *path, bool restart, struct failure *failure) {
  struct fabric_manager *manager = &machine->fabric_manager;
  struct fm_configuration config;
  char why[sizeof manager->why] = "";
  const bool readable = fabric_configuration_read(path, &config, why, sizeof why);
  if (!fabric_manager_start(machine, readable ? &config : &manager->config, restart, failure)) return false;
  if (!readable) fabric_manager_fail(machine, why);
  return true;
}

bool command_fabric_manager(struct machine *machine, const char *path, struct arguments *arguments, struct failure *failure) {
  const char *what = take_word(arguments);
  if (!what) return refuse(failure, "INVALID_INPUT", "fabric-manager: nothing is named to do: choose start, stop, restart or kill");
  const bool starts = strcmp(what, "start") == 0 || strcmp(what, "restart") == 0, ends = strcmp(what, "start") != 0;
  if (!starts && strcmp(what, "stop") != 0 && strcmp(what, "kill") != 0)
    return refuse(failure, "INVALID_INPUT", "fabric-manager: \"%s\" is nothing that can be done: choose start, stop, restart or kill", what);
  const bool restart = starts && take_switch(arguments, "--restart");
  if (!nothing_left(arguments, failure)) return false;
  if (!fabric_manager_exists(machine)) return refuse(failure, "INVALID_INPUT", "fabric-manager: the host has no NVSwitch, so there is nothing to do: take a profile of an HGX board");
  if (ends) fabric_manager_end(machine, strcmp(what, "kill") == 0 ? "killed by signal 9" : "stopped");
  if (starts && !start(machine, path, restart, failure)) return false;
  show_fabric_manager(stdout, machine);
  putchar('\n');
  return true;
}

void fabric_manager_reread(struct machine *machine, const char *path) {
  struct fm_configuration config;
  char why[96];
  if (fabric_manager_exists(machine) && fabric_configuration_read(path, &config, why, sizeof why)) machine->fabric_manager.config = config;
}
