#include "tool-slots.h"
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include "handles.h"
#include "instance.h"

static bool is_device(word candidate) { return handle_known(OPERAND_DEVICE, (const void *)candidate) != NULL; }

unsigned tool_branch(void) {
  const struct machine *machine = instance_machine();
  return machine ? machine->driver_branch : 0;
}

/* Nobody knows whether an argument of an unknown function is a pointer, so the kernel is asked to write. */
static void zero_if_writable(word target) {
  unsigned zero = 0;
  const struct iovec from = {.iov_base = &zero, .iov_len = sizeof zero}, to = {.iov_base = (void *)target, .iov_len = sizeof zero};
  if (target != 0 && target % sizeof zero == 0) (void)!process_vm_writev(getpid(), &from, 1, &to, 1, 0);
}

/* A count that is left untouched is an array that nobody filled. */
nvmlReturn_t tool_nothing(word first, word second) {
  if (is_device(first)) zero_if_writable(second);
  return NVML_SUCCESS;
}

nvmlReturn_t tool_handle_by_index(unsigned index, nvmlDevice_t *device, unsigned kind) {
  return kind == 0x22 ? nvmlDeviceGetHandleByIndex_v2(index, device) : tool_nothing(index, (word)device);
}

/* Levels as the tools count them: PIX, PXB, PHB, NODE, SYS; they call everything beyond unknown. */
nvmlReturn_t tool_common_ancestor(const char *one, const char *other, unsigned *level) {
  enum { UNKNOWN_LEVEL = 0xff };
  static const struct {
    nvmlGpuTopologyLevel_t public;
    unsigned level;
  } LEVELS[] = {{NVML_TOPOLOGY_INTERNAL, 0}, {NVML_TOPOLOGY_SINGLE, 0}, {NVML_TOPOLOGY_MULTIPLE, 1}, {NVML_TOPOLOGY_HOSTBRIDGE, 2}, {NVML_TOPOLOGY_NODE, 3}, {NVML_TOPOLOGY_SYSTEM, 4}};
  nvmlDevice_t device, second;
  nvmlGpuTopologyLevel_t found;
  if (one == NULL || other == NULL || level == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  *level = UNKNOWN_LEVEL;
  /* A network card of the real host, for one: the view ends at any other answer than success. */
  if (nvmlDeviceGetHandleByPciBusId_v2(one, &device) != NVML_SUCCESS || nvmlDeviceGetHandleByPciBusId_v2(other, &second) != NVML_SUCCESS) return NVML_SUCCESS;
  if (nvmlDeviceGetTopologyCommonAncestor(device, second, &found) != NVML_SUCCESS) return NVML_SUCCESS;
  for (unsigned i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
    if (LEVELS[i].public == found) *level = LEVELS[i].level;
  return NVML_SUCCESS;
}

nvmlReturn_t tool_is_watched(nvmlDevice_t device, unsigned *watched) {
  if (!is_device((word)device) || watched == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  *watched = 1;
  return NVML_SUCCESS;
}

nvmlReturn_t tool_module_id(nvmlDevice_t device, unsigned *id) { return nvmlDeviceGetModuleId(device, id); }

/* A machine has no voltages, and 0 V would be one. */
nvmlReturn_t tool_voltage(nvmlDevice_t device, unsigned *microvolts) {
  (void)device, (void)microvolts;
  return NVML_ERROR_NOT_SUPPORTED;
}

nvmlReturn_t tool_gsp_version(nvmlDevice_t device, char *version) { return nvmlDeviceGetGspFirmwareVersion(device, version); }

nvmlReturn_t tool_margin(nvmlDevice_t device, int *celsius) {
  nvmlMarginTemperature_v1_t margin = {.version = nvmlMarginTemperature_v1};
  if (celsius == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  const nvmlReturn_t status = nvmlDeviceGetMarginTemperature(device, &margin);
  if (status == NVML_SUCCESS) *celsius = margin.marginTemperature;
  return status;
}

nvmlReturn_t tool_numa_node(nvmlDevice_t device, unsigned *node) { return nvmlDeviceGetNumaNodeId(device, node); }
