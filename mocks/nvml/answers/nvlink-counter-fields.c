/* Field values that are counters of NVLinks, which can also be cleared. */
#include "fields.h"
#include "links.h"

/* Generations of NVLink that count it. */
static const struct {
  struct link_ids ids;
  enum nvlink_counter counter;
  unsigned since;
} NUMBERED[] = {
    {{NVML_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_L0, NVML_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_L6, NVML_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL}, NVLINK_CRC_FLITS, 1},
    {{NVML_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_L0, NVML_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_L6, NVML_FI_DEV_NVLINK_CRC_DATA_ERROR_COUNT_TOTAL}, NVLINK_CRC_DATA, 1},
    {{NVML_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_L0, NVML_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_L6, NVML_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL}, NVLINK_REPLAYS, 1},
    {{NVML_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_L0, NVML_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_L6, NVML_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL}, NVLINK_RECOVERIES, 1},
    {{NVML_FI_DEV_NVLINK_ECC_DATA_ERROR_COUNT_L0, NVML_FI_DEV_NVLINK_ECC_DATA_ERROR_COUNT_L6, NVML_FI_DEV_NVLINK_ECC_DATA_ERROR_COUNT_TOTAL}, NVLINK_ECC_DATA, 3},
};
enum { LAST_WITH_NUMBERED = 3, LAST_WITH_TOTALS = 4 };

static const struct {
  unsigned id;
  enum nvlink_counter counter;
  unsigned since, until;
} SCOPED[] = {
    {NVML_FI_DEV_NVLINK_ERROR_DL_REPLAY, NVLINK_REPLAYS, 1, 4},
    {NVML_FI_DEV_NVLINK_ERROR_DL_RECOVERY, NVLINK_RECOVERIES, 1, 4},
    {NVML_FI_DEV_NVLINK_ERROR_DL_CRC, NVLINK_CRC_FLITS, 1, 4},
    {NVML_FI_DEV_NVLINK_COUNT_MALFORMED_PACKET_ERRORS, NVLINK_MALFORMED_PACKETS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_BUFFER_OVERRUN_ERRORS, NVLINK_BUFFER_OVERRUNS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RCV_ERRORS, NVLINK_RECEIVE_ERRORS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RCV_REMOTE_ERRORS, NVLINK_REMOTE_ERRORS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RCV_GENERAL_ERRORS, NVLINK_GENERAL_ERRORS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_LOCAL_LINK_INTEGRITY_ERRORS, NVLINK_INTEGRITY_ERRORS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_XMIT_DISCARDS, NVLINK_TRANSMIT_DISCARDS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_SUCCESSFUL_EVENTS, NVLINK_RECOVERED, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_FAILED_EVENTS, NVLINK_NOT_RECOVERED, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_EFFECTIVE_ERRORS, NVLINK_EFFECTIVE_ERRORS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_EFFECTIVE_BER, NVLINK_EFFECTIVE_BER, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_SYMBOL_ERRORS, NVLINK_SYMBOL_ERRORS, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_SYMBOL_BER, NVLINK_SYMBOL_BER, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RAW_ERRORS_LANE0, NVLINK_RAW_ERRORS_0, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RAW_ERRORS_LANE1, NVLINK_RAW_ERRORS_1, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RAW_BER_LANE0_V2, NVLINK_RAW_BER_0, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RAW_BER_LANE1_V2, NVLINK_RAW_BER_1, 5, 6},
    {NVML_FI_DEV_NVLINK_COUNT_RAW_BER_V2, NVLINK_RAW_BER, 5, 6},
    {NVML_FI_DEV_NVLINK_PLR_XMIT_BLOCKS, NVLINK_PLR_SENT, 5, 6},
    {NVML_FI_DEV_NVLINK_PLR_XMIT_RETRY_BLOCKS, NVLINK_PLR_RETRIED, 5, 6},
};

/* One counter, of the links from `first` up to `end`: their sum is told, and all of them are cleared. */
struct counter_place {
  size_t offset; /* in struct nvlink_link */
  unsigned first, end;
};

static int in_numbered(const struct gpu *gpu, unsigned id, struct counter_place *place) {
  const unsigned generation = nvlink_generation(gpu), count = gpu->nvlink.link_count;
  for (size_t i = 0; i < sizeof NUMBERED / sizeof *NUMBERED; i++) {
    const int link = link_of_id(NUMBERED[i].ids, id);
    if (link == NOT_THESE_LINKS) continue;
    if (generation < NUMBERED[i].since || generation > (link == ALL_LINKS ? LAST_WITH_TOTALS : LAST_WITH_NUMBERED)) return NVML_ERROR_NOT_SUPPORTED;
    if (link != ALL_LINKS && (unsigned)link >= count) return NVML_ERROR_NOT_SUPPORTED;
    *place = (struct counter_place){.offset = offsetof(struct nvlink_link, counters) + NUMBERED[i].counter * sizeof(uint32_t),
                                    .first = link == ALL_LINKS ? 0 : (unsigned)link,
                                    .end = link == ALL_LINKS ? count : (unsigned)link + 1};
    return NVML_SUCCESS;
  }
  return FIELD_OF_ANOTHER;
}

static int of_link(const struct gpu *gpu, size_t offset, unsigned link, unsigned since, unsigned until, struct counter_place *place) {
  const unsigned generation = nvlink_generation(gpu);
  if (generation < since || generation > until) return NVML_ERROR_NOT_SUPPORTED;
  if (link >= gpu->nvlink.link_count) return NVML_ERROR_INVALID_ARGUMENT;
  *place = (struct counter_place){.offset = offset, .first = link, .end = link + 1};
  return NVML_SUCCESS;
}

static int find_counter(const struct gpu *gpu, const nvmlFieldValue_t *field, struct counter_place *place) {
  const unsigned id = field->fieldId;
  const int status = in_numbered(gpu, id, place);
  if (status != FIELD_OF_ANOTHER) return status;
  if (id >= NVML_FI_DEV_NVLINK_COUNT_FEC_HISTORY_0 && id <= NVML_FI_DEV_NVLINK_COUNT_FEC_HISTORY_15) {
    const size_t bin = id - NVML_FI_DEV_NVLINK_COUNT_FEC_HISTORY_0;
    return of_link(gpu, offsetof(struct nvlink_link, fec_history) + bin * sizeof(uint32_t), field->scopeId, 5, 6, place);
  }
  for (size_t i = 0; i < sizeof SCOPED / sizeof *SCOPED; i++)
    if (SCOPED[i].id == id)
      return of_link(gpu, offsetof(struct nvlink_link, counters) + SCOPED[i].counter * sizeof(uint32_t), field->scopeId, SCOPED[i].since, SCOPED[i].until, place);
  return FIELD_OF_ANOTHER;
}

static uint32_t *counter_at(const struct gpu *gpu, const struct counter_place *place, unsigned link) {
  return (uint32_t *)((uintptr_t)&gpu->nvlink.links[link] + place->offset);
}

int link_counter_field(const struct call *call, nvmlFieldValue_t *field) {
  struct counter_place place;
  unsigned long long sum = 0;
  const int status = find_counter(call->gpu, field, &place);
  if (status != NVML_SUCCESS) return status;
  for (unsigned link = place.first; link < place.end; link++) sum += *counter_at(call->gpu, &place, link);
  return put_field_u64(field, true, sum);
}

int link_counter_clear(struct call *call, const nvmlFieldValue_t *field) {
  struct counter_place place;
  const int status = find_counter(call->gpu, field, &place);
  if (status != NVML_SUCCESS) return status;
  for (unsigned link = place.first; link < place.end; link++) *counter_at(call->gpu, &place, link) = 0;
  return NVML_SUCCESS;
}
