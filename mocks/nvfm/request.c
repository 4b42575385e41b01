#include "request.h"
#include <time.h>
#include "beside.h"

enum { POLL_MS = 5 };

int64_t monotonic_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* PROCEED, with the machine locked; DO_HANG: look again in a while; DO_FAIL: `*code` is the answer. */
static enum fault_action look(struct machine *machine, const char *function, bool *slept, int *code) {
  *code = FM_ST_GENERIC_ERROR;
  if (machine_lock(machine) != 0) return DO_FAIL;
  fabric_manager_settle(machine);
  const struct fault_decision decision = faults_meet(machine, function, NOT_THE_DRIVER, *slept);
  if (decision.action == PROCEED || decision.action == DO_PATTERN) return PROCEED;
  machine_unlock(machine);
  if (decision.action == DO_CRASH) crash();
  *code = decision.return_code;
  if (decision.action != DO_SLOW) return decision.action;
  sleep_milliseconds(decision.milliseconds);
  *slept = true;
  return DO_HANG;
}

int meet_faults(const char *function) {
  struct machine *machine = session_machine();
  bool slept = false;
  int code;
  if (!machine) return FM_ST_SUCCESS;
  for (;;) {
    const enum fault_action action = look(machine, function, &slept, &code);
    if (action == DO_FAIL) return code;
    if (action == PROCEED) {
      machine_unlock(machine);
      return FM_ST_SUCCESS;
    }
    sleep_milliseconds(POLL_MS);
  }
}

static int code_of(const struct fabric_manager *manager, enum fm_outcome outcome) {
  switch (outcome) {
    case FM_DONE:
      return FM_ST_SUCCESS;
    case FM_BAD_PARAMETER:
      return FM_ST_BADPARAM;
    case FM_NOT_IN_THIS_MODE:
      return FM_ST_NOT_SUPPORTED;
    case FM_NOT_ACTIVE:
      return manager->field_codes ? FM_ST_PARTITION_ID_NOT_IN_USE : FM_ST_UNINITIALIZED;
    case FM_TIMED_OUT:
      return FM_ST_TIMEOUT;
    case FM_CLASH:
      return FM_ST_VERSION_MISMATCH;
    case FM_TAKEN:
      return manager->field_codes ? FM_ST_PARTITION_ID_IN_USE : FM_ST_IN_USE;
    case FM_NOT_READY:
      return FM_ST_NOT_CONFIGURED;
    case FM_GONE:
      return FM_ST_CONNECTION_NOT_VALID;
    default:
      return FM_ST_GENERIC_ERROR;
  }
}

/* The daemon closed the connection while it owed an answer: in some tries the real library dies of that. */
static int lost(const struct machine *machine) {
  if (machine->fabric_manager.dying_crashes) crash();
  return FM_ST_CONNECTION_NOT_VALID;
}

/* The machine is locked. -1: no answer yet, for `*code`. */
static bool answered(struct machine *machine, uint32_t run, bool outstanding, serve_request *serve, void *context, int *code) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  if (run != manager->runs || !fabric_manager_listens(machine)) {
    *code = outstanding ? lost(machine) : FM_ST_CONNECTION_NOT_VALID;
    return true;
  }
  if (manager->manners == FM_IS_SILENT) return false;
  const enum fm_outcome outcome = serve(machine, context);
  *code = outcome == FM_GONE ? lost(machine) : code_of(manager, outcome);
  return true;
}

/* A hanging fault holds the request up until it is cleared, or until the daemon closes the connection. */
static bool held_up(struct machine *machine, uint32_t run, int *code) {
  if (machine_lock(machine) != 0) return true;
  const bool gone = run != machine->fabric_manager.runs;
  if (gone) *code = lost(machine);
  machine_unlock(machine);
  return !gone;
}

int ask_daemon(const char *function, fmHandle_t handle, serve_request *serve, void *context) {
  uint32_t run;
  struct machine *machine = session_machine();
  if (!session_has((uintptr_t)handle, &run) || !machine) return FM_ST_CONNECTION_NOT_VALID;
  const int64_t sent = monotonic_milliseconds();
  bool slept = false;
  for (bool outstanding = false;; outstanding = true) {
    int code;
    const enum fault_action action = look(machine, function, &slept, &code);
    if (action == DO_FAIL) return code;
    if (action == PROCEED) {
      const bool done = answered(machine, run, outstanding, serve, context, &code);
      const uint32_t patience = machine->fabric_manager.silence_ms;
      machine_unlock(machine);
      if (done) return code;
      if (monotonic_milliseconds() - sent >= patience) return FM_ST_GENERIC_ERROR;
    } else if (!held_up(machine, run, &code)) {
      return code;
    }
    sleep_milliseconds(POLL_MS);
  }
}
