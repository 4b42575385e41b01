/* Field values of the link: error counters, bytes moved, atomic operations. */
#include "fields.h"

static const struct {
  unsigned id;
  unsigned branch; /* of the first driver that knows it; 0: all do */
  enum pcie_counter counter;
} COUNTERS[] = {
    {NVML_FI_DEV_PCIE_REPLAY_COUNTER, 0, PCIE_REPLAYS},
    {NVML_FI_DEV_PCIE_REPLAY_ROLLOVER_COUNTER, 0, PCIE_REPLAY_ROLLOVERS},
    {NVML_FI_DEV_PCIE_L0_TO_RECOVERY_COUNTER, 525, PCIE_L0_TO_RECOVERY},
    {NVML_FI_DEV_PCIE_COUNT_CORRECTABLE_ERRORS, 535, PCIE_CORRECTABLE_ERRORS},
    {NVML_FI_DEV_PCIE_COUNT_NAKS_RECEIVED, 535, PCIE_NAKS_RECEIVED},
    {NVML_FI_DEV_PCIE_COUNT_RECEIVER_ERROR, 535, PCIE_RECEIVER_ERRORS},
    {NVML_FI_DEV_PCIE_COUNT_BAD_TLP, 535, PCIE_BAD_TLPS},
    {NVML_FI_DEV_PCIE_COUNT_NAKS_SENT, 535, PCIE_NAKS_SENT},
    {NVML_FI_DEV_PCIE_COUNT_BAD_DLLP, 535, PCIE_BAD_DLLPS},
    {NVML_FI_DEV_PCIE_COUNT_NON_FATAL_ERROR, 535, PCIE_NON_FATAL_ERRORS},
    {NVML_FI_DEV_PCIE_COUNT_FATAL_ERROR, 535, PCIE_FATAL_ERRORS},
    {NVML_FI_DEV_PCIE_COUNT_UNSUPPORTED_REQ, 535, PCIE_UNSUPPORTED_REQUESTS},
    {NVML_FI_DEV_PCIE_COUNT_LCRC_ERROR, 535, PCIE_LCRC_ERRORS},
    {NVML_FI_DEV_PCIE_COUNT_LANE_ERROR, 535, PCIE_LANE_ERRORS},
};
enum { BYTES_BRANCH = 555, ATOMICS_BRANCH = 560 };

/* The counter of an id in `*counter`, or why there is none. */
static int find_counter(const struct call *call, unsigned id, uint32_t **counter) {
  for (unsigned i = 0; i < sizeof COUNTERS / sizeof *COUNTERS; i++) {
    if (COUNTERS[i].id != id) continue;
    if (call->machine->driver_branch < COUNTERS[i].branch) return NVML_ERROR_INVALID_ARGUMENT;
    *counter = &call->gpu->pcie.counters[COUNTERS[i].counter];
    return **counter == UNSUPPORTED_U32 ? NVML_ERROR_NOT_SUPPORTED : NVML_SUCCESS;
  }
  return FIELD_OF_ANOTHER;
}

static int put_bytes(const struct call *call, nvmlFieldValue_t *field, enum pcie_direction direction) {
  if (call->machine->driver_branch < BYTES_BRANCH) return NVML_ERROR_INVALID_ARGUMENT;
  pcie_count_bytes(call->machine, call->gpu);
  return put_field_optional_u64(field, call->gpu->pcie.bytes[direction]);
}

static int put_atomics(const struct call *call, nvmlFieldValue_t *field, uint32_t mask) {
  return call->machine->driver_branch < ATOMICS_BRANCH ? NVML_ERROR_INVALID_ARGUMENT : put_field_optional(field, mask);
}

int pcie_field(const struct call *call, nvmlFieldValue_t *field) {
  uint32_t *counter;
  switch (field->fieldId) {
    case NVML_FI_DEV_PCIE_COUNT_TX_BYTES: return put_bytes(call, field, PCIE_TX);
    case NVML_FI_DEV_PCIE_COUNT_RX_BYTES: return put_bytes(call, field, PCIE_RX);
    case NVML_FI_DEV_PCIE_OUTBOUND_ATOMICS_MASK: return put_atomics(call, field, call->gpu->pcie.atomics_outbound);
    case NVML_FI_DEV_PCIE_INBOUND_ATOMICS_MASK: return put_atomics(call, field, call->gpu->pcie.atomics_inbound);
    default: break;
  }
  const int status = find_counter(call, field->fieldId, &counter);
  return status == NVML_SUCCESS ? put_field_u64(field, true, *counter) : status;
}

/* What counts errors can be cleared; the bytes moved cannot. */
int pcie_field_clear(struct call *call, const nvmlFieldValue_t *field) {
  uint32_t *counter;
  const int status = find_counter(call, field->fieldId, &counter);
  if (status == NVML_SUCCESS) *counter = 0;
  return status;
}
