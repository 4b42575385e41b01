#include "call.h"
#include <stdlib.h>
#include <string.h>
#include "api.h"
#include "attributes.h"
#include "beside.h"
#include "instance.h"
#include "mig.h"
#include "operands.h"
#include "pattern.h"

static bool is_given(const struct output *output) {
  switch (output->kind) {
    case OUTPUT_NONE:
      return true;
    case OUTPUT_COUNTED:
      return output->count && (output->at || *output->count == 0);
    case OUTPUT_ASKED:
      if (output->count && !output->at) *output->count = 0;
      return output->count != NULL;
    case OUTPUT_ROOMY:
      return output->count != NULL;
    case OUTPUT_SIZED:
      return output->length >= 0 && (output->at || output->length == 0);
    case OUTPUT_LIST: {
      unsigned capacity;
      const void *elements;
      if (!output->at) return false;
      memcpy(&capacity, (const char *)output->at + output->capacity_at, sizeof capacity);
      memcpy(&elements, (const char *)output->at + output->pointer_at, sizeof elements);
      return elements || capacity == 0;
    }
    default:
      return output->at != NULL;
  }
}

static bool outputs_are_given(const struct output *outputs, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!is_given(&outputs[i])) return false;
  return true;
}

static bool versions_are_served(const struct version_check *versions, size_t count) {
  for (size_t i = 0; i < count; i++) {
    bool served = versions[i].accepted[0] == 0;
    for (unsigned j = 0; j < 3 && !served; j++) served = versions[i].accepted[j] != 0 && versions[i].given == versions[i].accepted[j];
    if (!served) return false;
  }
  return true;
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

int call_meet_faults(struct machine *machine, const char *function, int gpu) {
  int code = NVML_SUCCESS;
  switch (meet(machine, function, gpu, &code)) {
    case PROCEED:
      machine_unlock(machine);
      return NVML_SUCCESS;
    case DO_PATTERN: /* init and shutdown have no outputs */
      return NVML_SUCCESS;
    default:
      return code;
  }
}

static bool answer(struct call *call, int status) {
  call->status = status;
  return false;
}

static bool begin(struct call *call, const struct facts *facts) {
  *call = (struct call){.facts = facts};
  if (!instance_initialised()) return answer(call, NVML_ERROR_UNINITIALIZED);
  instance_after_fork();
  call->machine = instance_machine();
  return call->machine || answer(call, NVML_ERROR_UNINITIALIZED);
}

static bool lock_after_faults(struct call *call, int gpu, const struct output *outputs, size_t output_count) {
  int code = NVML_SUCCESS;
  switch (meet(call->machine, call->facts->function, gpu, &code)) {
    case PROCEED:
      fabric_manager_settle(call->machine);
      call->locked = true;
      return true;
    case DO_PATTERN:
      for (size_t i = 0; i < output_count; i++) fill_with_pattern(&outputs[i]);
      return answer(call, NVML_SUCCESS);
    default:
      return answer(call, code);
  }
}

bool enter_lookup(struct call *call, const struct facts *facts, int gpu, const struct output *outputs, size_t output_count) {
  if (!begin(call, facts)) return false;
  if (!outputs_are_given(outputs, output_count)) return answer(call, NVML_ERROR_INVALID_ARGUMENT);
  if (!lock_after_faults(call, gpu, outputs, output_count)) return false;
  if (!call->machine->driver_loaded) return answer(call, leave(call, gpu == GPU_ANY ? NVML_ERROR_DRIVER_NOT_LOADED : NVML_ERROR_GPU_IS_LOST));
  if (gpu == GPU_ANY) return true;
  call->gpu = &call->machine->gpus[gpu];
  instance_take_up(call->machine, (unsigned)gpu);
  return (!call->gpu->lost && instance_is_current(call->machine, gpu)) || answer(call, leave(call, NVML_ERROR_GPU_IS_LOST));
}

bool enter(struct call *call, const struct facts *facts, const struct operand *operands, size_t operand_count, const struct output *outputs, size_t output_count,
           const struct version_check *versions, size_t version_count) {
  int gpu = GPU_ANY, status;
  unsigned devices = 0;
  if (!begin(call, facts)) return false;
  for (size_t i = 0; i < operand_count; i++)
    if ((status = operand_known(&operands[i], &gpu)) != NVML_SUCCESS) return answer(call, status);
  if (!outputs_are_given(outputs, output_count)) return answer(call, NVML_ERROR_INVALID_ARGUMENT);
  if (!versions_are_served(versions, version_count)) return answer(call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  if (!lock_after_faults(call, gpu, outputs, output_count)) return false;
  if (gpu == GPU_ANY && !call->machine->driver_loaded) return answer(call, leave(call, NVML_ERROR_DRIVER_NOT_LOADED));
  for (size_t i = 0; i < operand_count; i++) {
    status = operand_resolve(call, &operands[i], devices);
    devices += operands[i].kind == OPERAND_DEVICE;
    if (status != NVML_SUCCESS) return answer(call, leave(call, status));
  }
  if (call->gpu && call->gpu->board.architecture < facts->architecture) return answer(call, leave(call, NVML_ERROR_NOT_SUPPORTED));
  if (call->mig_device && !mig_serves(facts->function)) return answer(call, leave(call, NVML_ERROR_NOT_SUPPORTED));
  if (facts->root && !instance_may_change(call->machine)) return answer(call, leave(call, NVML_ERROR_NO_PERMISSION));
  if (facts->root) topics_settle(call->machine, call->gpu);
  return true;
}

void call_unlock(struct call *call) {
  if (!call->locked) return;
  call->locked = false;
  machine_unlock(call->machine);
}

bool call_lock(struct call *call) {
  call->locked = machine_lock(call->machine) == 0;
  return call->locked;
}

int leave(struct call *call, int status) {
  call_unlock(call);
  return status;
}

int put_text(char *buffer, unsigned length, const char *text) {
  const size_t needed = strlen(text) + 1;
  if (length < needed) return NVML_ERROR_INSUFFICIENT_SIZE;
  memcpy(buffer, text, needed);
  return NVML_SUCCESS;
}
