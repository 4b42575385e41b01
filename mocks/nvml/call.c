#include "call.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "api.h"

static void sleep_milliseconds(unsigned milliseconds) {
  struct timespec left = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0) continue;
}

static bool outputs_are_given(const struct outputs *outputs) {
  for (size_t i = 0; i < outputs->count; i++) {
    const struct output *output = &outputs->list[i];
    if (output->counted ? !output->count || (!output->at && *output->count > 0) : !output->at) return false;
  }
  return true;
}

/* The byte at offset n of an output is n + 1 (modulo 256), so that every field of it reads differently. Counts are left: they are capacities. */
static void fill_with_pattern(const struct outputs *outputs) {
  for (size_t i = 0; i < outputs->count; i++) {
    const struct output *output = &outputs->list[i];
    const size_t bytes = output->counted ? output->bytes * *output->count : output->bytes;
    for (size_t offset = 0; offset < bytes; offset++) ((unsigned char *)output->at)[offset] = (unsigned char)(offset + 1);
  }
}

_Noreturn static void crash(void) {
  signal(SIGSEGV, SIG_DFL);
  raise(SIGSEGV);
  abort();
}

/* Gives PROCEED with the lock held, or what became of the call. */
static enum fault_action meet(struct machine *machine, const char *function, int gpu, int *code) {
  enum { POLL_MILLISECONDS = 10 };
  bool slept = false;
  for (;;) {
    if (machine_lock(machine) != 0) {
      *code = NVML_ERROR_TIMEOUT;
      return DO_FAIL;
    }
    const struct fault_decision decision = faults_meet(machine, function, gpu, slept);
    if (decision.action == PROCEED) return PROCEED;
    machine_unlock(machine);
    if (decision.action == DO_CRASH) crash();
    if (decision.action == DO_FAIL) *code = decision.return_code;
    if (decision.action == DO_FAIL || decision.action == DO_PATTERN) return decision.action;
    /* Hanging ends when somebody clears the fault: then the call is looked at afresh. */
    if (decision.action == DO_HANG) sleep_milliseconds(POLL_MILLISECONDS);
    if (decision.action == DO_SLOW) {
      sleep_milliseconds(decision.milliseconds);
      slept = true;
    }
  }
}

int call_meet_faults(struct machine *machine, const char *function, int gpu, const struct outputs *outputs) {
  int code = NVML_SUCCESS;
  switch (meet(machine, function, gpu, &code)) {
    case PROCEED:
      machine_unlock(machine);
      return NVML_SUCCESS;
    case DO_PATTERN:
      if (outputs) fill_with_pattern(outputs);
      return outputs ? PATTERNED : NVML_SUCCESS;
    default:
      return code;
  }
}

static bool answer(struct call *call, int status) {
  call->status = status;
  return false;
}

static bool begin(struct call *call) {
  call->gpu = NULL;
  call->machine = NULL;
  if (!instance_initialised()) return answer(call, NVML_ERROR_UNINITIALIZED);
  instance_after_fork();
  call->machine = instance_machine();
  return call->machine || answer(call, NVML_ERROR_UNINITIALIZED);
}

static bool proceed(struct call *call, const char *function, int gpu, const struct outputs *outputs) {
  int code = NVML_SUCCESS;
  switch (meet(call->machine, function, gpu, &code)) {
    case PROCEED:
      break;
    case DO_PATTERN:
      fill_with_pattern(outputs);
      return answer(call, NVML_SUCCESS);
    default:
      return answer(call, code);
  }
  if (gpu != GPU_ANY) {
    call->gpu = &call->machine->gpus[gpu];
    if (call->gpu->lost || !instance_is_current(call->machine, gpu)) return answer(call, leave(call, NVML_ERROR_GPU_IS_LOST));
  } else if (!call->machine->driver_loaded) {
    return answer(call, leave(call, NVML_ERROR_DRIVER_NOT_LOADED));
  }
  return true;
}

bool enter_library(struct call *call, const char *function, struct outputs outputs) { return enter_lookup(call, function, GPU_ANY, outputs); }

bool enter_lookup(struct call *call, const char *function, int gpu, struct outputs outputs) {
  if (!begin(call)) return false;
  if (!outputs_are_given(&outputs)) return answer(call, NVML_ERROR_INVALID_ARGUMENT);
  return proceed(call, function, gpu, &outputs);
}

bool enter_device(struct call *call, const char *function, const void *device, struct outputs outputs) {
  if (!begin(call)) return false;
  const int gpu = instance_gpu(device);
  if (gpu == GPU_ANY || (unsigned)gpu >= call->machine->gpu_count || !outputs_are_given(&outputs)) return answer(call, NVML_ERROR_INVALID_ARGUMENT);
  return proceed(call, function, gpu, &outputs);
}

int leave(struct call *call, int status) {
  machine_unlock(call->machine);
  return status;
}

int put_text(char *buffer, unsigned length, const char *text) {
  const size_t needed = strlen(text) + 1;
  if (length < needed) return NVML_ERROR_INSUFFICIENT_SIZE;
  memcpy(buffer, text, needed);
  return NVML_SUCCESS;
}
