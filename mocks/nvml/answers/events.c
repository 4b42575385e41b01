/* Events of GPUs: sets, registrations, waiting. */
#include <string.h>
#include "api.h"
#include "event-sets.h"
#include "handles.h"
#include "wait.h"

/* MIG instance ids of an event that concerns the whole GPU. */
#define WHOLE_GPU 0xffffffffu

static const unsigned long long TYPES[EVENT_KINDS] = {
    [EVENT_SINGLE_BIT_ECC] = nvmlEventTypeSingleBitEccError,
    [EVENT_DOUBLE_BIT_ECC] = nvmlEventTypeDoubleBitEccError,
    [EVENT_PSTATE] = nvmlEventTypePState,
    [EVENT_XID] = nvmlEventTypeXidCriticalError,
    [EVENT_CLOCK] = nvmlEventTypeClock,
    [EVENT_POWER_SOURCE] = nvmlEventTypePowerSourceChange,
    [EVENT_MIG_CONFIGURATION] = nvmlEventMigConfigChange,
    [EVENT_SINGLE_BIT_ECC_STORM] = nvmlEventTypeSingleBitEccErrorStorm,
    [EVENT_MEMORY_RETIREMENT] = nvmlEventTypeDramRetirementEvent,
    [EVENT_MEMORY_RETIREMENT_FAILURE] = nvmlEventTypeDramRetirementFailure,
    [EVENT_NON_FATAL_POISON] = nvmlEventTypeNonFatalPoisonError,
    [EVENT_FATAL_POISON] = nvmlEventTypeFatalPoisonError,
    [EVENT_GPU_UNAVAILABLE] = nvmlEventTypeGpuUnavailableError,
    [EVENT_RECOVERY_ACTION] = nvmlEventTypeGpuRecoveryAction,
};

/* All types that a driver of this branch has heard of. */
static unsigned long long known_types(const struct machine *machine) {
  const unsigned long long since_560 = nvmlEventTypeSingleBitEccErrorStorm | nvmlEventTypeDramRetirementEvent | nvmlEventTypeDramRetirementFailure |
                                       nvmlEventTypeNonFatalPoisonError | nvmlEventTypeFatalPoisonError;
  const unsigned long long since_570 = nvmlEventTypeGpuUnavailableError | nvmlEventTypeGpuRecoveryAction;
  return nvmlEventTypeAll & ~(machine->driver_branch < 560 ? since_560 : 0) & ~(machine->driver_branch < 570 ? since_570 : 0);
}

/* Another topic's answer tells whether this GPU has what the events are about. */
#define ANSWERS(function, ...) (answer_##function && answer_##function(call, __VA_ARGS__) == NVML_SUCCESS)

static unsigned long long supported_types(struct call *call) {
  unsigned long long types = nvmlEventTypeXidCriticalError | nvmlEventTypeClock | nvmlEventTypeGpuUnavailableError | nvmlEventTypeGpuRecoveryAction;
  unsigned current, pending;
  nvmlPstates_t pstate;
  nvmlPowerSource_t source;
  if (gpu_has_ecc(call->gpu)) types |= nvmlEventTypeSingleBitEccError | nvmlEventTypeDoubleBitEccError | nvmlEventTypeSingleBitEccErrorStorm;
  if (gpu_retires_pages(call->gpu) || gpu_remaps_rows(call->gpu)) types |= nvmlEventTypeDramRetirementEvent | nvmlEventTypeDramRetirementFailure;
  if (gpu_remaps_rows(call->gpu)) types |= nvmlEventTypeNonFatalPoisonError | nvmlEventTypeFatalPoisonError;
  if (ANSWERS(nvmlDeviceGetPerformanceState, &pstate)) types |= nvmlEventTypePState;
  if (ANSWERS(nvmlDeviceGetPowerSource, &source)) types |= nvmlEventTypePowerSourceChange;
  if (ANSWERS(nvmlDeviceGetMigMode, &current, &pending)) types |= nvmlEventMigConfigChange;
  return types & known_types(call->machine);
}

ANSWER(nvmlDeviceGetSupportedEventTypes, unsigned long long *eventTypes) {
  *eventTypes = supported_types(call);
  return NVML_SUCCESS;
}

ANSWER(nvmlEventSetCreate, nvmlEventSet_t *set) {
  const struct event_set *made = event_set_make(call->machine, false);
  if (!made) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  *set = (nvmlEventSet_t)made->handle;
  return NVML_SUCCESS;
}

/* All of the types or none. */
ANSWER(nvmlDeviceRegisterEvents, unsigned long long eventTypes) {
  if (call->event_set->of_system || (eventTypes & ~known_types(call->machine))) return NVML_ERROR_INVALID_ARGUMENT;
  if (eventTypes & ~supported_types(call)) return NVML_ERROR_NOT_SUPPORTED;
  for (unsigned kind = 0; kind < EVENT_KINDS; kind++)
    if (eventTypes & TYPES[kind]) event_set_register(call->event_set, call->machine, (unsigned)(call->gpu - call->machine->gpus), kind);
  return NVML_SUCCESS;
}

ANSWER(nvmlEventSetFree) {
  if (call->event_set->of_system) return NVML_ERROR_INVALID_ARGUMENT;
  event_set_free(call->event_set, call->machine);
  return NVML_SUCCESS;
}

static int take(struct event_set *set, struct call *call, void *out) {
  struct event event;
  if (!event_set_take(set, call->machine, &event)) return event_set_lost_a_gpu(set, call->machine) ? NVML_ERROR_GPU_IS_LOST : NVML_ERROR_TIMEOUT;
  *(nvmlEventData_t *)out = (nvmlEventData_t){.device = (nvmlDevice_t)handle_of_gpu(event.gpu),
                                              .eventType = TYPES[event.kind],
                                              .eventData = event.data,
                                              .gpuInstanceId = WHOLE_GPU,
                                              .computeInstanceId = WHOLE_GPU};
  return NVML_SUCCESS;
}

static nvmlReturn_t wait_for_event(struct call *call, void *data, size_t bytes, unsigned timeoutms) {
  nvmlEventData_t taken;
  if (call->event_set->of_system) return NVML_ERROR_INVALID_ARGUMENT;
  const int status = wait_on(call->event_set, call, timeoutms, take, &taken);
  if (status == NVML_SUCCESS) memcpy(data, &taken, bytes);
  return (nvmlReturn_t)status;
}

ANSWER(nvmlEventSetWait_v2, nvmlEventData_t *data, unsigned int timeoutms) { return wait_for_event(call, data, sizeof *data, timeoutms); }

/* The struct of its time ends before the MIG ids. */
ANSWER(nvmlEventSetWait, nvmlEventData_before_450_t *data, unsigned int timeoutms) { return wait_for_event(call, data, sizeof *data, timeoutms); }
