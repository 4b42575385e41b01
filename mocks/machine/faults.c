/* What is made to go wrong with calls, GPUs and the driver. */
#include <string.h>
#include "machine.h"

static const char *const NAMES[] = {"", "hang", "slow", "fail", "crash", "pattern", "absent"};

const char *fault_name(uint32_t kind) { return kind <= FAULT_ABSENT ? NAMES[kind] : ""; }

static bool covers(const struct fault *fault, const char *function, int gpu) {
  if (gpu == NOT_THE_DRIVER && fault->function[0] == 0) return false;
  if (fault->function[0] != 0 && strcmp(fault->function, function) != 0) return false;
  return fault->driver || fault->gpu == GPU_ANY || fault->gpu == gpu;
}

struct fault_decision faults_meet(struct machine *machine, const char *function, int gpu, bool slept) {
  struct fault_decision decision = {.action = PROCEED};
  for (uint32_t i = 0; i < machine->faults_end; i++) {
    struct fault *fault = &machine->faults[i];
    if (fault->kind == FAULT_NONE || fault->kind == FAULT_ABSENT || !covers(fault, function, gpu)) continue;
    if (fault->kind == FAULT_SLOW && slept) continue;
    /* The gravest that a caller could observe comes first: what hangs never gets to failing. */
    static const int RANK[] = {[FAULT_PATTERN] = 1, [FAULT_FAIL] = 2, [FAULT_CRASH] = 3, [FAULT_SLOW] = 4, [FAULT_HANG] = 5};
    static const int RANK_OF_ACTION[] = {[PROCEED] = 0, [DO_PATTERN] = 1, [DO_FAIL] = 2, [DO_CRASH] = 3, [DO_SLOW] = 4, [DO_HANG] = 5};
    static const enum fault_action ACTION[] = {[FAULT_PATTERN] = DO_PATTERN, [FAULT_FAIL] = DO_FAIL, [FAULT_CRASH] = DO_CRASH, [FAULT_SLOW] = DO_SLOW, [FAULT_HANG] = DO_HANG};
    if (RANK[fault->kind] <= RANK_OF_ACTION[decision.action]) continue;
    decision = (struct fault_decision){.action = ACTION[fault->kind], .return_code = (int)i, .milliseconds = fault->milliseconds};
  }
  if (decision.action == DO_FAIL) {
    struct fault *fault = &machine->faults[decision.return_code];
    decision.return_code = fault->return_code;
    if (fault->limited && --fault->times_left == 0) fault->kind = FAULT_NONE;
  }
  return decision;
}

bool faults_add(struct machine *machine, const struct fault *fault, struct failure *failure) {
  for (int i = 0; i < FAULTS_MAX; i++) {
    if (machine->faults[i].kind != FAULT_NONE) continue;
    const uint32_t kind = fault->kind;
    if (machine->faults_end <= (uint32_t)i) machine->faults_end = (uint32_t)i + 1;
    machine->faults[i] = *fault;
    machine->faults[i].kind = kind;
    return true;
  }
  return refuse(failure, "INVALID_INPUT", "fault: the machine already has %d of them: clear some first", FAULTS_MAX);
}

void gpu_fall_off_the_bus(struct machine *machine, struct gpu *gpu) {
  if (gpu->lost) return;
  gpu->lost = 1;
  log_xid(machine, gpu, 79, "the GPU no longer answers on the bus (SIMULATED)");
  event_raise(machine, gpu, EVENT_GPU_UNAVAILABLE, 0);
}

void driver_vanish(struct machine *machine) {
  if (!machine->driver_loaded) return;
  machine->driver_loaded = 0;
  machine->driver_generation++;
  clients_forget_all(machine);
  processes_kill(machine, NULL);
  for (uint32_t i = 0; i < machine->gpu_count; i++)
    if (!machine->gpus[i].removed) event_raise(machine, &machine->gpus[i], EVENT_DRIVER_UNBIND, 0);
  log_line(machine, "NVRM: driver unloaded (SIMULATED)");
}

unsigned faults_clear(struct machine *machine, const char *kind, int gpu) {
  unsigned cleared = 0;
  for (int i = 0; i < FAULTS_MAX; i++) {
    struct fault *fault = &machine->faults[i];
    if (fault->kind == FAULT_NONE || (kind && strcmp(kind, fault_name(fault->kind)) != 0)) continue;
    if (gpu != GPU_ANY && fault->gpu != gpu) continue;
    fault->kind = FAULT_NONE;
    cleared++;
  }
  while (machine->faults_end > 0 && machine->faults[machine->faults_end - 1].kind == FAULT_NONE) machine->faults_end--;
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    if (!machine->gpus[i].lost || (kind && strcmp(kind, "gpu-lost") != 0) || (gpu != GPU_ANY && (uint32_t)gpu != i)) continue;
    machine->gpus[i].lost = 0;
    cleared++;
  }
  if (!machine->driver_loaded && gpu == GPU_ANY && (!kind || strcmp(kind, "driver-not-loaded") == 0)) {
    machine->driver_loaded = 1;
    log_line(machine, "NVRM: driver %s loaded (SIMULATED)", machine->driver_version);
    cleared++;
  }
  return cleared;
}
