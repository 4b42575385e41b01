#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "api.h"

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned int *deviceCount) {
  ENTER_LIBRARY(OUT(deviceCount));
  *deviceCount = call.machine->gpu_count;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetCount(unsigned int *deviceCount) {
  ENTER_LIBRARY(OUT(deviceCount));
  *deviceCount = call.machine->gpu_count;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

static nvmlReturn_t by_index(const char *function, unsigned index, nvmlDevice_t *device) {
  struct call call;
  const struct machine *machine = instance_initialised() ? instance_machine() : NULL;
  const bool exists = machine && index < machine->gpu_count;
  if (!enter_lookup(&call, function, exists ? (int)index : GPU_ANY, OUTPUTS(OUT(device)))) return (nvmlReturn_t)call.status;
  if (!exists) return (nvmlReturn_t)leave(&call, NVML_ERROR_INVALID_ARGUMENT);
  *device = instance_handle(index);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) { return by_index(__func__, index, device); }
nvmlReturn_t nvmlDeviceGetHandleByIndex(unsigned int index, nvmlDevice_t *device) { return by_index(__func__, index, device); }

static bool has_uuid(const struct gpu *gpu, const char *uuid) { return strcasecmp(gpu->uuid, uuid) == 0; }
static bool has_serial(const struct gpu *gpu, const char *serial) { return gpu->serial[0] && strcmp(gpu->serial, serial) == 0; }

/* `dddddddd:bb:dd.f`, shorter domains, and without domain or function. */
static bool has_address(const struct gpu *gpu, const char *text) {
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
  return gpu->domain == domain && gpu->bus == bus && gpu->device == device && gpu->function == function;
}

static nvmlReturn_t by_identity(const char *function, const char *text, bool (*has)(const struct gpu *, const char *), nvmlDevice_t *device) {
  struct call call;
  const struct machine *machine = instance_initialised() ? instance_machine() : NULL;
  int found = GPU_ANY;
  for (unsigned i = 0; machine && text && i < machine->gpu_count && found == GPU_ANY; i++)
    if (has(&machine->gpus[i], text)) found = (int)i;
  if (!enter_lookup(&call, function, found, OUTPUTS(NEEDED(text), OUT(device)))) return (nvmlReturn_t)call.status;
  if (found == GPU_ANY) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_FOUND);
  *device = instance_handle((unsigned)found);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetHandleByUUID(const char *uuid, nvmlDevice_t *device) { return by_identity(__func__, uuid, has_uuid, device); }
nvmlReturn_t nvmlDeviceGetHandleBySerial(const char *serial, nvmlDevice_t *device) { return by_identity(__func__, serial, has_serial, device); }
nvmlReturn_t nvmlDeviceGetHandleByPciBusId_v2(const char *pciBusId, nvmlDevice_t *device) { return by_identity(__func__, pciBusId, has_address, device); }
nvmlReturn_t nvmlDeviceGetHandleByPciBusId(const char *pciBusId, nvmlDevice_t *device) { return by_identity(__func__, pciBusId, has_address, device); }
