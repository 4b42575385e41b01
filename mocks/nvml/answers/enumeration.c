#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "api.h"
#include "enumeration.h"
#include "handles.h"
#include "instance.h"
#include "mig.h"

/* Only what this process sees is counted. */
static unsigned present(const struct machine *machine) {
  unsigned count = 0;
  for (unsigned i = 0; i < machine->gpu_count; i++) count += instance_sees(machine, i);
  return count;
}

/* The GPU that has an index now; GPU_ANY if none has. */
static int at_index(const struct machine *machine, unsigned index) {
  for (unsigned i = 0; i < machine->gpu_count; i++)
    if (instance_sees(machine, i) && index-- == 0) return (int)i;
  return GPU_ANY;
}

ANSWER(nvmlDeviceGetCount_v2, unsigned int *deviceCount) {
  *deviceCount = present(call->machine);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetCount, unsigned int *deviceCount) {
  *deviceCount = present(call->machine);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetIndex, unsigned int *index) {
  /* Of a MIG device: among those of its GPU. */
  if (call->mig_device) {
    *index = mig_device_index(&call->gpu->mig, call->mig_device);
    return NVML_SUCCESS;
  }
  *index = 0;
  for (unsigned i = 0; &call->machine->gpus[i] < call->gpu; i++) *index += instance_sees(call->machine, i);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetMinorNumber, unsigned int *minorNumber) {
  *minorNumber = call->gpu->board.minor_number;
  return NVML_SUCCESS;
}

/* Looking a GPU up attaches it: it meets the GPU's own faults, and so has an entry of its own. `uuid` may be that of a MIG device on it. */
static nvmlReturn_t found(const struct facts *facts, int gpu, nvmlReturn_t otherwise, const void *text, const char *uuid, nvmlDevice_t *device) {
  struct call call;
  const struct output outputs[] = {{.kind = OUTPUT_NEEDED, .at = (void *)(uintptr_t)text}, {.kind = OUTPUT_PLAIN, .number = 1, .at = device, .bytes = sizeof *device}};
  if (!enter_lookup(&call, facts, gpu, outputs, 2)) return (nvmlReturn_t)call.status;
  if (gpu == GPU_ANY) return (nvmlReturn_t)leave(&call, otherwise);
  if (uuid && strcasecmp(call.gpu->board.uuid, uuid) != 0) {
    const struct mig_device *part = mig_device_by_uuid(call.machine, call.gpu, uuid);
    return (nvmlReturn_t)leave(&call, part ? mig_put_device(&call, part, device) : otherwise);
  }
  *device = (nvmlDevice_t)handle_of_gpu((unsigned)gpu);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

static const struct machine *looked_at(void) { return instance_initialised() ? instance_machine() : NULL; }

static nvmlReturn_t by_index(const char *function, unsigned index, nvmlDevice_t *device) {
  const struct machine *machine = looked_at();
  return found(&(struct facts){.function = function}, machine ? at_index(machine, index) : GPU_ANY, NVML_ERROR_INVALID_ARGUMENT, &index, NULL, device);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) { return by_index(__func__, index, device); }
nvmlReturn_t nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *device) { return by_index(__func__, index, device); }

static bool has_uuid(const struct gpu *gpu, const char *uuid) {
  return strcasecmp(gpu->board.uuid, uuid) == 0 || mig_device_by_uuid(instance_machine(), gpu, uuid);
}
static bool has_uuid_bytes(const struct gpu *gpu, const char *wanted) {
  uint8_t bytes[UUID_BYTES];
  return uuid_to_bytes(gpu->board.uuid, bytes) && memcmp(bytes, wanted, sizeof bytes) == 0;
}
static bool has_serial(const struct gpu *gpu, const char *serial) { return gpu->board.serial[0] && strcmp(gpu->board.serial, serial) == 0; }

bool gpu_has_address(const struct gpu *gpu, const char *text) {
  unsigned domain = 0, bus, device, function = 0;
  int used = 0;
  if (!(sscanf(text, "%8x:%2x:%2x%n", &domain, &bus, &device, &used) == 3 && used > 0)) {
    domain = 0;
    used = 0;
    if (!(sscanf(text, "%2x:%2x%n", &bus, &device, &used) == 2 && used > 0)) return false;
  }
  text += used;
  if (*text == '.') {
    used = 0;
    if (sscanf(text, ".%1x%n", &function, &used) != 1 || text[used] != 0) return false;
  } else if (*text != 0) {
    return false;
  }
  return gpu->pcie.domain == domain && gpu->pcie.bus == bus && gpu->pcie.device == device && gpu->pcie.function == function;
}

/* Looked for under the lock, for somebody may be swapping a board, and then asked for like any other. */
static int look_for(const char *text, bool (*has)(const struct gpu *, const char *)) {
  struct machine *machine = instance_initialised() ? instance_machine() : NULL;
  int gpu = GPU_ANY;
  if (!machine || !text || machine_lock(machine) != 0) return GPU_ANY;
  for (unsigned i = 0; i < machine->gpu_count && gpu == GPU_ANY; i++)
    if (instance_sees(machine, i) && has(&machine->gpus[i], text)) gpu = (int)i;
  machine_unlock(machine);
  return gpu;
}

static nvmlReturn_t by_identity(const char *function, const char *text, bool (*has)(const struct gpu *, const char *), nvmlDevice_t *device) {
  return found(&(struct facts){.function = function}, look_for(text, has), NVML_ERROR_NOT_FOUND, text, has == has_uuid ? text : NULL, device);
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) { return by_identity(__func__, uuid, has_uuid, device); }

nvmlReturn_t nvmlDeviceGetHandleByUUIDV(const nvmlUUID_v1_t *uuid, nvmlDevice_t *device) {
  char text[sizeof uuid->value.str + 1] = "";
  const struct facts facts = {.function = __func__};
  if (!uuid) return found(&facts, GPU_ANY, NVML_ERROR_INVALID_ARGUMENT, uuid, NULL, device);
  if (uuid->version != nvmlUUID_v1) return found(&facts, GPU_ANY, NVML_ERROR_ARGUMENT_VERSION_MISMATCH, uuid, NULL, device);
  memcpy(text, uuid->value.str, sizeof uuid->value.str);
  switch (uuid->type) {
    case NVML_UUID_TYPE_ASCII: return by_identity(facts.function, text, has_uuid, device);
    case NVML_UUID_TYPE_BINARY: return by_identity(facts.function, text, has_uuid_bytes, device);
    default: return found(&facts, GPU_ANY, NVML_ERROR_INVALID_ARGUMENT, uuid, NULL, device);
  }
}

nvmlReturn_t nvmlDeviceGetHandleBySerial(const char *serial, nvmlDevice_t *device) { return by_identity(__func__, serial, has_serial, device); }
nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *pciBusId, nvmlDevice_t *device) { return by_identity(__func__, pciBusId, gpu_has_address, device); }
nvmlReturn_t nvmlDeviceGetHandleByPciBusId(const char *pciBusId, nvmlDevice_t *device) { return by_identity(__func__, pciBusId, gpu_has_address, device); }
