/* A reset that the vendor's command-line tool asks for. The tool itself is a client of the driver, and goes on afterwards. */
#include "handles.h"
#include "instance.h"
#include "tool-slots.h"

static bool others_use(struct machine *machine, const struct gpu *gpu) {
  enum { THE_TOOL = 1 };
  return clients_sweep(machine) > THE_TOOL || process_next(machine, gpu, NULL) || vgpus_run_on(machine, gpu);
}

static nvmlReturn_t reset(struct machine *machine, unsigned gpu) {
  struct failure failure;
  if (!instance_is_current(machine, (int)gpu)) return NVML_ERROR_GPU_IS_LOST;
  if (others_use(machine, &machine->gpus[gpu])) return NVML_ERROR_IN_USE;
  if (!machine_reset_gpu(machine, gpu, true, &failure)) return NVML_ERROR_GPU_IS_LOST;
  instance_keep(machine, gpu);
  return NVML_SUCCESS;
}

nvmlReturn_t tool_reset(unsigned count, const nvmlDevice_t *devices) {
  nvmlReturn_t status = NVML_SUCCESS;
  if (!instance_initialised()) return NVML_ERROR_UNINITIALIZED;
  struct machine *machine = instance_machine();
  if (!machine || devices == NULL) return NVML_ERROR_INVALID_ARGUMENT;
  if (!instance_may_change(machine)) return NVML_ERROR_NO_PERMISSION;
  if (machine_lock(machine) != 0) return NVML_ERROR_TIMEOUT;
  for (unsigned i = 0; i < count && status == NVML_SUCCESS; i++) {
    const struct handle *handle = handle_known(OPERAND_DEVICE, devices[i]);
    status = handle && !handle->part && handle->gpu != GPU_ANY ? reset(machine, (unsigned)handle->gpu) : NVML_ERROR_INVALID_ARGUMENT;
  }
  machine_unlock(machine);
  return status;
}
