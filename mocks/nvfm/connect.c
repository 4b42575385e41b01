/* fmConnect: checked, then tried again and again until its time is up. */
#include "address.h"
#include "beside.h"
#include "request.h"

enum { STEP_MS = 50, ONLY_V1 = 1 /* the library generation that knows no other parameters */ };

static bool takes(const struct machine *machine, unsigned version) {
  if (version == fmConnectV1Params_version1) return true;
  return version == fmConnectV2Params_version2 && (!machine || machine->fabric_manager.library != ONLY_V1);
}

/* The newer form says what the address is; where it does not, the older word does. */
static enum nvFmApiAddrTypes type_of(const fmConnectParams_v2 *params) {
  if (params->version == fmConnectV2Params_version2 && params->addressType != NV_FM_API_ADDR_TYPE_UNKNOWN) return params->addressType;
  return params->addressIsUnixSocket ? NV_FM_API_ADDR_TYPE_UNIX : NV_FM_API_ADDR_TYPE_INET;
}

static bool reach(struct machine *machine, const struct address *address, uint32_t *run) {
  if (!machine || machine_lock(machine) != 0) return false;
  fabric_manager_settle(machine);
  const bool reached = fabric_manager_listens(machine) && address_is_daemons(address, &machine->fabric_manager);
  *run = machine->fabric_manager.runs;
  machine_unlock(machine);
  return reached;
}

FM_API fmReturn_t fmConnect(const fmConnectParams_v2 *connectParams, fmHandle_t *pFmHandle) {
  struct address address;
  uint32_t run = 0;
  if (!connectParams || !pFmHandle) return FM_ST_BADPARAM;
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  const int fault = meet_faults("fmConnect");
  if (fault != FM_ST_SUCCESS) return (fmReturn_t)fault;
  if (!takes(session_machine(), connectParams->version)) return FM_ST_VERSION_MISMATCH;
  if (connectParams->timeoutMs == 0) return FM_ST_BADPARAM;
  const enum nvFmApiAddrTypes type = type_of(connectParams);
  if (type > NV_FM_API_ADDR_TYPE_VSOCK || !address_read((const fmConnectParams_v1 *)connectParams, type, &address)) return FM_ST_BADPARAM;
  const int64_t until = monotonic_milliseconds() + connectParams->timeoutMs;
  while (!reach(session_machine(), &address, &run)) {
    if (until - monotonic_milliseconds() <= STEP_MS) return FM_ST_CONNECTION_NOT_VALID;
    sleep_milliseconds(STEP_MS);
  }
  const uintptr_t handle = session_connect(run);
  if (!handle) return FM_ST_GENERIC_ERROR;
  *pFmHandle = (fmHandle_t)handle;
  return FM_ST_SUCCESS;
}
