/* gpuwright-machine FILE COMMAND …: creates, shows, breaks and mends a simulated host. It never attaches as a client. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "commands.h"
#include "create.h"
#include "fabric-manager.h"
#include "show.h"

static int usage(void) {
  fputs("usage: gpuwright-machine FILE COMMAND\n"
        "  create [--force] < PROFILE         PROFILE: lines key=value\n"
        "  show | kernel-log\n"
        "  inject single-bit-ecc|double-bit-ecc --gpu N --address A|--location L\n"
        "  inject sram-ecc --gpu N [--error corrected|parity|sec-ded] [--bucket l2|sm|pcie|mcu|other] [--unit N] [--sram-location N] [--sublocation N] [--extlocation N] [--address A]\n"
        "  inject poison --gpu N [--fatal] | cper --gpu N [--severity recoverable|fatal|corrected|informational] [--xid N]\n"
        "  inject xid --gpu N --xid N | gpu-lost --gpu N | driver-not-loaded\n"
        "  inject hang|slow --ms N|fail --return N [--times N]|crash|pattern|absent [--gpu N] [--function F] [--scope gpu|driver]\n"
        "  clear [FAULT] [--gpu N]\n"
        "  attributes [--gpu N]               the names that set knows, and their values\n"
        "  readings [--gpu N]                 what moves by itself, as it is now\n"
        "  set [--gpu N] NAME=VALUE ...       also ecc=on|off, persistence=on|off\n"
        "  process add --gpu N --pid P --name X [--kind compute|graphics|mps] [--gpu-instance N] [--compute-instance N] [USAGE]\n"
        "  process set --gpu N --pid P [USAGE] | remove --pid P [--gpu N] | list\n"
        "                                     USAGE: --memory BYTES --protected BYTES --sm-percent P --memory-percent P\n"
        "                                     --encoder-percent P --decoder-percent P --jpeg-percent P --ofa-percent P\n"
        "  vgpu add --gpu N --type ID [--vm NAME] [--vm-id ID] [--uuid UUID] [--placement N] [--gpu-instance N] | vgpu remove --id N\n"
        "  fabric-manager start [--restart] | restart [--restart] | stop | kill\n"
        "  reload-driver [--force] | reset --gpu N [--force] | reboot\n"
        "  advance --seconds N | --ms N | --to UNIX_MS\n"
        "  hold-lock --seconds N [--torn]     for tests: keeps the lock, with state half written\n",
        stderr);
  return 2;
}

static int report(const struct failure *failure) {
  fputs("{\"code\":", stderr);
  show_text(stderr, failure->code);
  fputs(",\"message\":", stderr);
  show_text(stderr, failure->message);
  fputs("}\n", stderr);
  return 1;
}

struct machine *machine_copy(const struct machine *machine, struct failure *failure) {
  struct machine *copy = malloc(sizeof *copy);
  if (copy) memcpy(copy, machine, sizeof *copy);
  else refuse(failure, "INVALID_INPUT", "no memory for a copy of the machine: free some");
  return copy;
}

void machine_free_copy(struct machine *copy) { free(copy); }

/* Output comes from a copy, so that a slow reader of a pipe never keeps the machine locked. */
static bool show_copy(struct machine *machine, char what, int gpu, struct failure *failure) {
  clients_sweep(machine);
  struct machine *copy = machine_copy(machine, failure);
  machine_unlock(machine);
  if (!copy) return false;
  if (what == 'k') show_kernel_log(stdout, copy);
  else if (what == 'a') show_attributes(copy, gpu);
  else if (what == 'p') show_processes(stdout, copy);
  else if (what == 'r') show_readings(stdout, copy, gpu);
  else show_state(stdout, copy);
  machine_free_copy(copy);
  return true;
}

static bool hold_lock(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  uint64_t seconds;
  failure->code = NULL;
  const bool torn = take_switch(arguments, "--torn");
  const char *text = take_option(arguments, "--seconds", failure);
  if (failure->code || !parse_number("--seconds", text, 1, 3600, &seconds, failure) || !nothing_left(arguments, failure)) return false;
  if (torn) {
    machine->gpus[0].page_count = UINT32_MAX;
    machine->gpus[0].address_count = UINT32_MAX;
    machine->gpus[0].row_count = UINT32_MAX;
  }
  puts("held");
  fflush(stdout);
  sleep((unsigned)seconds);
  if (torn) machine_repair(machine);
  return true;
}

/* Called with the lock held; every path but show's leaves unlocking to the caller. */
static bool run(struct machine *machine, const char *path, const char *command, struct arguments *arguments, bool *unlocked, struct failure *failure) {
  int gpu;
  fabric_manager_settle(machine);
  if (strcmp(command, "show") == 0 || strcmp(command, "kernel-log") == 0 || strcmp(command, "attributes") == 0 || strcmp(command, "readings") == 0) {
    const bool of_gpu = command[0] == 'a' || command[0] == 'r';
    gpu = GPU_ANY;
    if (of_gpu && !take_gpu(machine, arguments, false, &gpu, failure)) return false;
    if (!nothing_left(arguments, failure)) return false;
    *unlocked = true;
    return show_copy(machine, command[0], gpu, failure);
  }
  if (strcmp(command, "process") == 0) {
    const char *what = take_word(arguments);
    if (!what) return refuse(failure, "INVALID_INPUT", "process: nothing is named to do: choose add, set, remove or list");
    if (strcmp(what, "list") != 0) return command_process(machine, what, arguments, failure);
    if (!nothing_left(arguments, failure)) return false;
    *unlocked = true;
    return show_copy(machine, 'p', GPU_ANY, failure);
  }
  if (strcmp(command, "inject") == 0) return command_inject(machine, arguments, failure);
  if (strcmp(command, "clear") == 0) return command_clear(machine, arguments, failure);
  if (strcmp(command, "set") == 0) return command_set(machine, arguments, failure);
  if (strcmp(command, "vgpu") == 0) return command_vgpu(machine, arguments, failure);
  if (strcmp(command, "fabric-manager") == 0) return command_fabric_manager(machine, path, arguments, failure);
  if (strcmp(command, "hold-lock") == 0) return hold_lock(machine, arguments, failure);
  if (strcmp(command, "advance") == 0) return command_advance(machine, arguments, failure);
  const bool force = take_switch(arguments, "--force");
  if (strcmp(command, "reset") == 0)
    return take_gpu(machine, arguments, true, &gpu, failure) && nothing_left(arguments, failure) && machine_reset_gpu(machine, (unsigned)gpu, force, failure);
  if (!nothing_left(arguments, failure)) return false;
  if (strcmp(command, "reload-driver") == 0) return machine_reload_driver(machine, force, failure);
  fabric_manager_reread(machine, path);
  machine_reboot(machine);
  fabric_manager_settle(machine);
  return true;
}

static bool known(const char *command) {
  static const char *const COMMANDS[] = {"show", "kernel-log", "attributes",    "readings", "inject", "clear",   "set",
                                         "process", "vgpu",    "fabric-manager", "reload-driver", "reset",    "reboot", "advance", "hold-lock"};
  for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++)
    if (strcmp(COMMANDS[i], command) == 0) return true;
  return false;
}

int main(int count, char **words) {
  struct failure failure = {0};
  bool unlocked = false;
  if (count < 3) return usage();
  const char *path = words[1], *command = words[2];
  struct arguments arguments = {.count = count - 3, .words = words + 3};

  if (strcmp(command, "create") == 0) {
    const bool force = take_switch(&arguments, "--force");
    if (!nothing_left(&arguments, &failure) || !machine_create(path, stdin, force, &failure)) return report(&failure);
    return 0;
  }
  if (!known(command)) return usage();
  struct machine *machine = machine_open(path, &failure);
  if (!machine) return report(&failure);
  if (machine_lock(machine) != 0) {
    refuse(&failure, "TIMEOUT", "%s: a process keeps the machine locked and does not let go: end that process", path);
    return report(&failure);
  }
  const bool done = run(machine, path, command, &arguments, &unlocked, &failure);
  if (!unlocked) machine_unlock(machine);
  return done ? 0 : report(&failure);
}
