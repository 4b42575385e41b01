/* Port registers. The counters among them are those of the links; a register itself answers with what was sent to it, for none is simulated. */
#include <string.h>
#include "links.h"

enum { FIRST_GENERATION = 5, FIRST_PORT = 1 };

static const struct {
  nvmlPRMCounterId_t id;
  enum nvlink_counter counter;
} COUNTERS[] = {
    {NVML_PRM_COUNTER_ID_PPCNT_PHYSICAL_LAYER_CTRS_LINK_DOWN_EVENTS, NVLINK_LINK_DOWNS},
    {NVML_PRM_COUNTER_ID_PPCNT_PHYSICAL_LAYER_CTRS_SUCCESSFUL_RECOVERY_EVENTS, NVLINK_RECOVERED},
    {NVML_PRM_COUNTER_ID_PPCNT_RECOVERY_CTRS_TOTAL_SUCCESSFUL_RECOVERY_EVENTS, NVLINK_RECOVERED},
    {NVML_PRM_COUNTER_ID_PPCNT_RECOVERY_CTRS_TIME_SINCE_LAST_RECOVERY, NVLINK_RECOVERY_AGE},
    {NVML_PRM_COUNTER_ID_PPCNT_RECOVERY_CTRS_TIME_BETWEEN_LAST_TWO_RECOVERIES, NVLINK_RECOVERY_INTERVAL},
    {NVML_PRM_COUNTER_ID_PPCNT_PORTCOUNTERS_PORT_XMIT_WAIT, NVLINK_TRANSMIT_WAITS},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_RCV_CODES, NVLINK_PLR_RECEIVED},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_RCV_CODE_ERR, NVLINK_PLR_RECEIVE_ERRORS},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_RCV_UNCORRECTABLE_CODE, NVLINK_PLR_UNCORRECTABLE},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_XMIT_CODES, NVLINK_PLR_SENT},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_XMIT_RETRY_CODES, NVLINK_PLR_RETRIED},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_XMIT_RETRY_EVENTS, NVLINK_PLR_RETRIES},
    {NVML_PRM_COUNTER_ID_PPCNT_PLR_SYNC_EVENTS, NVLINK_PLR_SYNCS},
    {NVML_PRM_COUNTER_ID_PPRM_OPER_RECOVERY, NVLINK_RECOVERY_OPERATION},
};

static nvmlReturn_t read_counter(const struct call *call, const nvmlPRMCounter_v1_t *asked, unsigned long long *value) {
  struct nvlink_link *link;
  for (size_t i = 0; i < sizeof COUNTERS / sizeof *COUNTERS; i++) {
    if (COUNTERS[i].id != asked->counterId) continue;
    if (asked->inData.localPort < FIRST_PORT || find_link(call, asked->inData.localPort - FIRST_PORT, &link) != NVML_SUCCESS) return NVML_ERROR_INVALID_ARGUMENT;
    *value = link->counters[COUNTERS[i].counter];
    return NVML_SUCCESS;
  }
  return NVML_ERROR_INVALID_ARGUMENT;
}

ANSWER(nvmlDeviceReadPRMCounters_v1, nvmlPRMCounterList_v1_t *counterList) {
  if (nvlink_generation(call->gpu) < FIRST_GENERATION) return NVML_ERROR_NOT_SUPPORTED;
  if (counterList->numCounters == 0) return NVML_ERROR_INVALID_ARGUMENT;
  for (unsigned i = 0; i < counterList->numCounters; i++) {
    nvmlPRMCounter_v1_t *counter = &counterList->counters[i];
    unsigned long long value = 0;
    counter->counterValue.status = read_counter(call, counter, &value);
    counter->counterValue.outputType = NVML_VALUE_TYPE_UNSIGNED_LONG_LONG;
    counter->counterValue.outputValue.ullVal = value;
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceReadWritePRM_v1, nvmlPRMTLV_v1_t *buffer) {
  if (!call->gpu->nvlink.registers) return NVML_ERROR_NOT_SUPPORTED;
  if (buffer->dataSize == 0 || buffer->dataSize > sizeof buffer->outData) return NVML_ERROR_INVALID_ARGUMENT;
  buffer->status = 0;
  memset(buffer->outData + buffer->dataSize, 0, sizeof buffer->outData - buffer->dataSize);
  return NVML_SUCCESS;
}
