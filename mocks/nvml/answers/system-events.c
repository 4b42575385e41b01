/* Events of the host: a GPU left the driver, or came to it. */
#include "api.h"
#include "event-sets.h"
#include "handles.h"
#include "wait.h"

/* The set stands in a struct, where the entry points do not look for handles. NULL: it is none of the system's. */
static struct event_set *set_of(nvmlSystemEventSet_t set) {
  const struct handle *handle = handle_known(OPERAND_EVENT_SET, set);
  struct event_set *found = handle ? (struct event_set *)(uintptr_t)handle->id : NULL;
  return found && found->of_system ? found : NULL;
}

ANSWER(nvmlSystemEventSetCreate, nvmlSystemEventSetCreateRequest_v1_t *request) {
  const struct event_set *made = event_set_make(call->machine, true);
  if (!made) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  request->set = (nvmlSystemEventSet_t)made->handle;
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemEventSetFree, const nvmlSystemEventSetFreeRequest_v1_t *request) {
  struct event_set *set = set_of(request->set);
  if (!set) return NVML_ERROR_INVALID_ARGUMENT;
  event_set_free(set, call->machine);
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemRegisterEvents, const nvmlSystemRegisterEventRequest_v1_t *request) {
  struct event_set *set = set_of(request->set);
  if (!set || (request->eventTypes & ~(nvmlSystemEventTypeGpuDriverUnbind | nvmlSystemEventTypeGpuDriverBind))) return NVML_ERROR_INVALID_ARGUMENT;
  for (unsigned gpu = 0; gpu < GPU_MAX; gpu++) {
    if (request->eventTypes & nvmlSystemEventTypeGpuDriverUnbind) event_set_register(set, call->machine, gpu, EVENT_DRIVER_UNBIND);
    if (request->eventTypes & nvmlSystemEventTypeGpuDriverBind) event_set_register(set, call->machine, gpu, EVENT_DRIVER_BIND);
  }
  return NVML_SUCCESS;
}

/* As many as there are and have room. */
static int take(struct event_set *set, struct call *call, void *out) {
  nvmlSystemEventSetWaitRequest_v1_t *request = out;
  struct event event;
  while (request->numEvent < request->dataSize && event_set_take(set, call->machine, &event)) {
    const struct pcie *pcie = &call->machine->gpus[event.gpu].pcie;
    request->data[request->numEvent++] =
        (nvmlSystemEventData_v1_t){.eventType = event.kind == EVENT_DRIVER_BIND ? nvmlSystemEventTypeGpuDriverBind : nvmlSystemEventTypeGpuDriverUnbind,
                                   .gpuId = pcie->domain << 16 | pcie->bus << 8 | pcie->device};
  }
  if (request->numEvent > 0) return NVML_SUCCESS;
  return event_set_lost_a_gpu(set, call->machine) ? NVML_ERROR_UNKNOWN : NVML_ERROR_TIMEOUT;
}

ANSWER(nvmlSystemEventSetWait, nvmlSystemEventSetWaitRequest_v1_t *request) {
  struct event_set *set = set_of(request->set);
  if (!set || request->dataSize == 0) return NVML_ERROR_INVALID_ARGUMENT;
  request->numEvent = 0;
  return (nvmlReturn_t)wait_on(set, call, request->timeoutms, take, request);
}
