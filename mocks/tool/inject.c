#include <stdio.h>
#include <string.h>
#include "commands.h"

bool take_gpu(const struct machine *machine, struct arguments *arguments, bool required, int *out, struct failure *failure) {
  uint64_t number;
  failure->code = NULL;
  const char *text = take_option(arguments, "--gpu", failure);
  *out = GPU_ANY;
  if (failure->code) return false;
  if (!text && required) return refuse(failure, "INVALID_INPUT", "--gpu: missing: name a GPU by its index, 0 to %u", machine->gpu_count - 1);
  if (!text) return true;
  if (!parse_number("--gpu", text, 0, machine->gpu_count - 1, &number, failure)) return false;
  *out = (int)number;
  return true;
}

static bool inject_xid(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  enum { XID_UNCONTAINED = 95 };
  uint64_t xid;
  int gpu;
  if (!take_gpu(machine, arguments, true, &gpu, failure)) return false;
  failure->code = NULL;
  const char *text = take_option(arguments, "--xid", failure);
  if (failure->code || !parse_number("--xid", text, 1, 999, &xid, failure) || !nothing_left(arguments, failure)) return false;
  log_xid(machine, &machine->gpus[gpu], (unsigned)xid, "injected (SIMULATED)");
  if (xid == XID_UNCONTAINED) machine->gpus[gpu].uncontained = 1;
  recovery_review(machine, &machine->gpus[gpu]);
  printf("{}\n");
  return true;
}

static bool inject_cper(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  static const char *const SEVERITIES[] = {[CPER_RECOVERABLE] = "recoverable", [CPER_FATAL] = "fatal", [CPER_CORRECTED] = "corrected", [CPER_INFORMATIONAL] = "informational", NULL};
  uint64_t xid = 0;
  uint32_t severity;
  int gpu;
  if (!take_gpu(machine, arguments, true, &gpu, failure) || !take_choice(arguments, "--severity", SEVERITIES, CPER_RECOVERABLE, &severity, failure)) return false;
  if (!take_number(arguments, "--xid", 1, 999, &xid, failure) || !nothing_left(arguments, failure)) return false;
  cper_write(machine, &machine->gpus[gpu], severity, (uint32_t)xid);
  printf("{}\n");
  return true;
}

static uint32_t kind_of(const char *word) {
  for (uint32_t kind = FAULT_HANG; kind <= FAULT_ABSENT; kind++)
    if (strcmp(word, fault_name(kind)) == 0) return kind;
  return FAULT_NONE;
}

static bool take_scope(const struct machine *machine, struct arguments *arguments, struct fault *fault, struct failure *failure) {
  int gpu;
  if (!take_gpu(machine, arguments, false, &gpu, failure)) return false;
  const char *scope = take_option(arguments, "--scope", failure);
  if (failure->code) return false;
  const char *function = take_option(arguments, "--function", failure);
  if (failure->code) return false;
  fault->gpu = gpu;
  if (scope && strcmp(scope, "driver") == 0) fault->driver = 1;
  else if (scope && strcmp(scope, "gpu") != 0) return refuse(failure, "INVALID_INPUT", "--scope: \"%s\" is neither gpu nor driver: write one of them", scope);
  else if (scope && gpu == GPU_ANY) return refuse(failure, "INVALID_INPUT", "--scope gpu: no GPU is named: add --gpu");
  if (function) {
    if (strlen(function) >= sizeof fault->function) return refuse(failure, "INVALID_INPUT", "--function: the name is too long: check its spelling");
    memcpy(fault->function, function, strlen(function) + 1);
  }
  if (fault->kind == FAULT_ABSENT) {
    if (!function || gpu != GPU_ANY || fault->driver)
      return refuse(failure, "INVALID_INPUT", "absent: a symbol is absent from the whole library: give --function and neither --gpu nor --scope");
  } else if (!function && gpu == GPU_ANY && !fault->driver) {
    return refuse(failure, "INVALID_INPUT", "%s: nothing is named that it covers: give --function, --gpu or --scope driver", fault_name(fault->kind));
  }
  return true;
}

/* Fabric Manager's codes are negative. */
static bool take_return_code(struct arguments *arguments, int32_t *out, struct failure *failure) {
  uint64_t code;
  failure->code = NULL;
  const char *text = take_option(arguments, "--return", failure);
  if (failure->code) return false;
  if (!text) return refuse(failure, "INVALID_INPUT", "fail: --return is missing: give the code that the call shall answer");
  const bool negative = text[0] == '-';
  if (!parse_number("--return", text + negative, 1, INT32_MAX, &code, failure)) return false;
  *out = negative ? -(int32_t)code : (int32_t)code;
  return true;
}

static bool inject_call_fault(struct machine *machine, struct arguments *arguments, uint32_t kind, struct failure *failure) {
  struct fault fault = {.kind = kind};
  uint64_t times = 0, milliseconds = 0;
  if (!take_scope(machine, arguments, &fault, failure)) return false;
  if (kind == FAULT_FAIL) {
    if (!take_return_code(arguments, &fault.return_code, failure)) return false;
    if (!take_number(arguments, "--times", 1, UINT32_MAX, &times, failure)) return false;
    fault.limited = times != 0;
    fault.times_left = (uint32_t)times;
  }
  if (kind == FAULT_SLOW) {
    if (!take_number(arguments, "--ms", 1, 3600 * 1000, &milliseconds, failure)) return false;
    if (milliseconds == 0) return refuse(failure, "INVALID_INPUT", "slow: --ms is missing: give the milliseconds that the call shall take");
    fault.milliseconds = (uint32_t)milliseconds;
  }
  if (!nothing_left(arguments, failure) || !faults_add(machine, &fault, failure)) return false;
  printf("{}\n");
  return true;
}

bool command_inject(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  int gpu;
  const char *kind = take_word(arguments);
  if (!kind) return refuse(failure, "INVALID_INPUT", "inject: no fault is named: give one, such as double-bit-ecc or hang");
  if (is_memory_fault(kind)) return inject_memory_fault(machine, kind, arguments, failure);
  if (strcmp(kind, "cper") == 0) return inject_cper(machine, arguments, failure);
  if (strcmp(kind, "xid") == 0) return inject_xid(machine, arguments, failure);
  if (strcmp(kind, "gpu-lost") == 0) {
    if (!take_gpu(machine, arguments, true, &gpu, failure) || !nothing_left(arguments, failure)) return false;
    gpu_fall_off_the_bus(machine, &machine->gpus[gpu]);
    printf("{}\n");
    return true;
  }
  if (strcmp(kind, "driver-not-loaded") == 0) {
    if (!nothing_left(arguments, failure)) return false;
    driver_vanish(machine);
    printf("{}\n");
    return true;
  }
  if (kind_of(kind) != FAULT_NONE) return inject_call_fault(machine, arguments, kind_of(kind), failure);
  return refuse(failure, "INVALID_INPUT",
                "inject: \"%s\" is not a fault: choose single-bit-ecc, double-bit-ecc, sram-ecc, poison, cper, xid, gpu-lost, driver-not-loaded, hang, slow, fail, crash, pattern or absent", kind);
}

bool command_clear(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  int gpu;
  const char *kind = take_word(arguments);
  if (kind && kind_of(kind) == FAULT_NONE && strcmp(kind, "gpu-lost") != 0 && strcmp(kind, "driver-not-loaded") != 0)
    return refuse(failure, "INVALID_INPUT", "clear: \"%s\" is not a fault that can be cleared: choose hang, slow, fail, crash, pattern, absent, gpu-lost or driver-not-loaded", kind);
  if (!take_gpu(machine, arguments, false, &gpu, failure) || !nothing_left(arguments, failure)) return false;
  printf("{\"cleared\":%u}\n", faults_clear(machine, kind, gpu));
  return true;
}
