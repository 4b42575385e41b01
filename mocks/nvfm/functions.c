/* The functions that begin, end and change something. Ranges of ids and counts are the daemon's to check, as with the real library. */
#include "request.h"

FM_API fmReturn_t fmLibInit(void) {
  const int fault = meet_faults(__func__);
  return (fmReturn_t)(fault != FM_ST_SUCCESS ? fault : session_begin());
}

FM_API fmReturn_t fmLibShutdown(void) {
  const int fault = session_initialised() ? meet_faults(__func__) : FM_ST_SUCCESS;
  return (fmReturn_t)(fault != FM_ST_SUCCESS ? fault : session_end());
}

FM_API fmReturn_t fmDisconnect(fmHandle_t pFmHandle) {
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  const int fault = meet_faults(__func__);
  if (fault != FM_ST_SUCCESS) return (fmReturn_t)fault;
  return session_disconnect((uintptr_t)pFmHandle) ? FM_ST_SUCCESS : FM_ST_BADPARAM;
}

struct wish {
  uint32_t id;
  const struct fm_function *functions;
  unsigned function_count;
};

static enum fm_outcome activate(struct machine *machine, void *context) {
  const struct wish *wish = context;
  return fabric_activate(machine, wish->id, wish->functions, wish->function_count);
}

static enum fm_outcome deactivate(struct machine *machine, void *context) { return fabric_deactivate(machine, ((const struct wish *)context)->id); }

static enum fm_outcome set_activated(struct machine *machine, void *context) {
  const fmActivatedFabricPartitionList_v1 *list = context;
  return fabric_set_activated(machine, list->partitionIds, list->numPartitions);
}

static fmReturn_t change(const char *function, fmHandle_t handle, serve_request *serve, struct wish wish) {
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  if (!handle) return FM_ST_BADPARAM;
  return (fmReturn_t)ask_daemon(function, handle, serve, &wish);
}

FM_API fmReturn_t fmActivateFabricPartition(fmHandle_t pFmHandle, fmFabricPartitionId_t partitionId) {
  return change(__func__, pFmHandle, activate, (struct wish){.id = partitionId});
}

FM_API fmReturn_t fmActivateFabricPartitionWithVFs(fmHandle_t pFmHandle, fmFabricPartitionId_t partitionId, const fmPciDevice_t *vfList, unsigned int numVfs) {
  _Static_assert(sizeof(fmPciDevice_t) == sizeof(struct fm_function), "both are domain, bus, device, function");
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  if (!vfList || numVfs == 0) return FM_ST_BADPARAM;
  return change(__func__, pFmHandle, activate, (struct wish){.id = partitionId, .functions = (const struct fm_function *)vfList, .function_count = numVfs});
}

FM_API fmReturn_t fmDeactivateFabricPartition(fmHandle_t pFmHandle, fmFabricPartitionId_t partitionId) {
  return change(__func__, pFmHandle, deactivate, (struct wish){.id = partitionId});
}

FM_API fmReturn_t fmSetActivatedFabricPartitions(fmHandle_t pFmHandle, const fmActivatedFabricPartitionList_v1 *pFmActivatedPartitionList) {
  uint32_t run;
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  if (!pFmHandle || !pFmActivatedPartitionList) return FM_ST_BADPARAM;
  if (!session_has((uintptr_t)pFmHandle, &run)) return FM_ST_CONNECTION_NOT_VALID;
  if (pFmActivatedPartitionList->version != fmActivatedFabricPartitionList_version1) return FM_ST_VERSION_MISMATCH;
  return (fmReturn_t)ask_daemon(__func__, pFmHandle, set_activated, (void *)(uintptr_t)pFmActivatedPartitionList);
}
