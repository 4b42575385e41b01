/* Repairs other than of pages and rows. */
#include "put.h"

ANSWER(nvmlDeviceGetRepairStatus, nvmlRepairStatus_v1_t *repairStatus) {
  const struct repair *repair = &call->gpu->repair;
  if (repair->channel_pending == UNSUPPORTED_U32 || repair->tpc_pending == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  repairStatus->bChannelRepairPending = repair->channel_pending;
  repairStatus->bTpcRepairPending = repair->tpc_pending;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetUnrepairableMemoryFlag_v1, nvmlUnrepairableMemoryStatus_v1_t *unrepairableMemoryStatus) {
  return put_u32(&unrepairableMemoryStatus->bUnrepairableMemory, call->gpu->repair.unrepairable_memory);
}
