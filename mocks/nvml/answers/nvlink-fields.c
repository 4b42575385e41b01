/* Field values of NVLink and of the link to the processor. */
#include "fields.h"
#include "links.h"

enum { LAST_WITH_BANDWIDTH = 2, LAST_WITH_NUMBERED_SPEEDS = 3, LAST_WITH_COMMON_SPEED = 4, FIRST_WITH_PACKETS = 5, PACKET_HEADER_BYTES = 16, SLEEP_BRANCH = 570 };

/* The driver branch that brought an id; the ids below are older than any known library. */
static unsigned first_branch(unsigned id) {
  static const struct {
    unsigned first, last, branch;
  } BRANCHES[] = {{146, 146, 455}, {147, 147, 460}, {148, 160, 470}, {161, 166, 520}, {167, 168, 525}, {170, 172, 535}, {200, 200, 570}, {201, 225, 560},
                  {231, 234, 575}, {235, 250, 570}, {289, 295, 595}, {296, 296, 610}};
  for (size_t i = 0; i < sizeof BRANCHES / sizeof *BRANCHES; i++)
    if (id >= BRANCHES[i].first && id <= BRANCHES[i].last) return BRANCHES[i].branch;
  return 0;
}

/* In the branches 555 to 565 two ids had changed places: this one stood for another topic's then. */
static bool is_swapped(const struct machine *machine) { return machine->driver_branch >= 555 && machine->driver_branch < 570; }

static bool is_threshold_maximum(const struct machine *machine, unsigned id) {
  return id == (is_swapped(machine) ? NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD_MAX - 1 : NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD_MAX);
}

static unsigned speed(const struct gpu *gpu, const struct nvlink_link *link) { return nvlink_is_up(link) ? gpu->nvlink.speed_megabytes : 0; }

static int numbered_speed(const struct gpu *gpu, nvmlFieldValue_t *field) {
  static const struct link_ids IDS = {NVML_FI_DEV_NVLINK_SPEED_MBPS_L0, NVML_FI_DEV_NVLINK_SPEED_MBPS_L6, NVML_FI_DEV_NVLINK_SPEED_MBPS_COMMON};
  const unsigned generation = nvlink_generation(gpu);
  const int link = link_of_id(IDS, field->fieldId);
  if (link == NOT_THESE_LINKS) return FIELD_OF_ANOTHER;
  if (link == ALL_LINKS) return put_field_uint(field, generation > 0 && generation <= LAST_WITH_COMMON_SPEED, gpu->nvlink.speed_megabytes);
  if (generation > LAST_WITH_NUMBERED_SPEEDS || (unsigned)link >= gpu->nvlink.link_count) return NVML_ERROR_NOT_SUPPORTED;
  return put_field_uint(field, true, speed(gpu, &gpu->nvlink.links[link]));
}

static int bandwidth(const struct gpu *gpu, nvmlFieldValue_t *field) {
  static const struct link_ids IDS[] = {{NVML_FI_DEV_NVLINK_BANDWIDTH_C0_L0, NVML_FI_DEV_NVLINK_BANDWIDTH_C0_L6, NVML_FI_DEV_NVLINK_BANDWIDTH_C0_TOTAL},
                                        {NVML_FI_DEV_NVLINK_BANDWIDTH_C1_L0, NVML_FI_DEV_NVLINK_BANDWIDTH_C1_L6, NVML_FI_DEV_NVLINK_BANDWIDTH_C1_TOTAL}};
  for (unsigned counter = 0; counter < 2; counter++) {
    const int link = link_of_id(IDS[counter], field->fieldId);
    const unsigned count = gpu->nvlink.link_count < NVLINK_UTILIZATION_LINKS ? gpu->nvlink.link_count : NVLINK_UTILIZATION_LINKS;
    unsigned long long sum = 0;
    if (link == NOT_THESE_LINKS) continue;
    if (nvlink_generation(gpu) > LAST_WITH_BANDWIDTH || link >= (int)count) return NVML_ERROR_NOT_SUPPORTED;
    for (unsigned i = 0; i < count; i++) {
      const struct nvlink_usage usage = nvlink_usage(gpu, i, counter);
      if (link == ALL_LINKS || (unsigned)link == i) sum += usage.received + usage.sent;
    }
    return put_field_u64(field, nvlink_generation(gpu) > 0, sum);
  }
  return FIELD_OF_ANOTHER;
}

/* Raw traffic is data with the packets' headers. */
static unsigned long long kibibytes(const struct nvlink_link *link, unsigned id) {
  const bool sent = id == NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX || id == NVML_FI_DEV_NVLINK_THROUGHPUT_RAW_TX;
  const bool raw = id == NVML_FI_DEV_NVLINK_THROUGHPUT_RAW_TX || id == NVML_FI_DEV_NVLINK_THROUGHPUT_RAW_RX;
  const unsigned long long headers = raw ? link->traffic[sent ? NVLINK_SENT_PACKETS : NVLINK_RECEIVED_PACKETS] * PACKET_HEADER_BYTES : 0;
  return (link->traffic[sent ? NVLINK_SENT_BYTES : NVLINK_RECEIVED_BYTES] + headers) / 1024;
}

static int throughput(const struct call *call, nvmlFieldValue_t *field) {
  const struct nvlink *nvlink = &call->gpu->nvlink;
  const bool all = field->scopeId == UINT32_MAX;
  struct nvlink_link *link;
  unsigned long long sum = 0;
  const nvmlReturn_t status = find_link(call, all ? 0 : field->scopeId, &link);
  if (status != NVML_SUCCESS) return status;
  for (unsigned i = 0; i < nvlink->link_count; i++)
    if (all || i == field->scopeId) sum += kibibytes(&nvlink->links[i], field->fieldId);
  return put_field_u64(field, true, sum);
}

/* What belongs to one link, named by the scope. */
static int of_link(const struct call *call, nvmlFieldValue_t *field) {
  struct nvlink_link *link;
  const struct gpu *gpu = call->gpu;
  const bool packets = nvlink_generation(gpu) >= FIRST_WITH_PACKETS;
  const nvmlReturn_t status = find_link(call, field->scopeId, &link);
  if (status != NVML_SUCCESS) return status;
  switch (field->fieldId) {
    case NVML_FI_DEV_NVLINK_REMOTE_NVLINK_ID: return put_field_uint(field, link->remote != REMOTE_NOTHING, link->remote_link);
    case NVML_FI_DEV_NVLINK_GET_SPEED: return put_field_uint(field, true, speed(gpu, link));
    case NVML_FI_DEV_NVLINK_GET_DATA_RATE: return put_field_uint(field, true, speed(gpu, link) * 8);
    case NVML_FI_DEV_NVLINK_GET_STATE:
      return put_field_uint(field, true, link->state == NVLINK_SLEEPING && call->machine->driver_branch < SLEEP_BRANCH ? NVLINK_ACTIVE : link->state);
    case NVML_FI_DEV_NVLINK_GET_VERSION: return put_field_uint(field, true, gpu->nvlink.version);
    case NVML_FI_DEV_NVLINK_COUNT_XMIT_PACKETS: return put_field_u64(field, packets, link->traffic[NVLINK_SENT_PACKETS]);
    case NVML_FI_DEV_NVLINK_COUNT_XMIT_BYTES: return put_field_u64(field, packets, link->traffic[NVLINK_SENT_BYTES]);
    case NVML_FI_DEV_NVLINK_COUNT_RCV_PACKETS: return put_field_u64(field, packets, link->traffic[NVLINK_RECEIVED_PACKETS]);
    case NVML_FI_DEV_NVLINK_COUNT_RCV_BYTES: return put_field_u64(field, packets, link->traffic[NVLINK_RECEIVED_BYTES]);
    case NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_EVENTS:
      return put_field_u64(field, packets, (unsigned long long)link->counters[NVLINK_RECOVERED] + link->counters[NVLINK_NOT_RECOVERED]);
    default: return NVML_ERROR_NOT_SUPPORTED;
  }
}

static int of_gpu(const struct call *call, nvmlFieldValue_t *field) {
  const struct nvlink *nvlink = &call->gpu->nvlink;
  const bool has_links = nvlink_generation(call->gpu) > 0, sleeps = nvlink->low_power.state != UNSUPPORTED_U32;
  if (is_threshold_maximum(call->machine, field->fieldId)) return put_field_uint(field, sleeps, nvlink->low_power.maximum);
  switch (field->fieldId) {
    case NVML_FI_DEV_NVLINK_LINK_COUNT: return put_field_uint(field, has_links, nvlink->link_count);
    case NVML_FI_DEV_NVSWITCH_CONNECTED_LINK_COUNT: return put_field_uint(field, has_links, nvlinks_to_switches(call->gpu));
    case NVML_FI_DEV_NVLINK_GET_POWER_STATE: return put_field_optional(field, nvlink->low_power.state);
    case NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD: return put_field_uint(field, sleeps, nvlink->low_power.threshold);
    case NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD_MIN: return put_field_uint(field, sleeps, nvlink->low_power.minimum);
    case NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD_UNITS: return put_field_uint(field, sleeps, nvlink->low_power.unit);
    case NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD_SUPPORTED: return put_field_uint(field, has_links, sleeps);
    default: return FIELD_OF_ANOTHER;
  }
}

static int of_c2c(const struct nvlink *nvlink, nvmlFieldValue_t *field) {
  const bool has = nvlink->c2c.links != UNSUPPORTED_U32;
  if (has && (field->fieldId == NVML_FI_DEV_C2C_LINK_GET_STATUS || field->fieldId == NVML_FI_DEV_C2C_LINK_GET_MAX_BW) && field->scopeId >= nvlink->c2c.links)
    return NVML_ERROR_INVALID_ARGUMENT;
  switch (field->fieldId) {
    case NVML_FI_DEV_C2C_LINK_COUNT: return put_field_optional(field, nvlink->c2c.links);
    case NVML_FI_DEV_C2C_LINK_GET_STATUS: return put_field_uint(field, has, nvlink->c2c.active);
    case NVML_FI_DEV_C2C_LINK_GET_MAX_BW: return put_field_uint(field, has, nvlink->c2c.active ? nvlink->c2c.speed_megabytes : 0);
    case NVML_FI_DEV_C2C_LINK_ERROR_INTR: return put_field_u64(field, has, nvlink->c2c.crc_errors);
    case NVML_FI_DEV_C2C_LINK_ERROR_REPLAY: return put_field_u64(field, has, nvlink->c2c.replays);
    case NVML_FI_DEV_C2C_LINK_ERROR_REPLAY_B2B: return put_field_u64(field, has, nvlink->c2c.double_replays);
    case NVML_FI_DEV_C2C_LINK_POWER_STATE: return put_field_optional(field, nvlink->c2c.power_state);
    default: return FIELD_OF_ANOTHER;
  }
}

static bool is_of_link(unsigned id) {
  return id == NVML_FI_DEV_NVLINK_REMOTE_NVLINK_ID || (id >= NVML_FI_DEV_NVLINK_GET_SPEED && id <= NVML_FI_DEV_NVLINK_GET_VERSION) ||
         (id >= NVML_FI_DEV_NVLINK_COUNT_XMIT_PACKETS && id <= NVML_FI_DEV_NVLINK_COUNT_VL15_DROPPED) || id == NVML_FI_DEV_NVLINK_COUNT_LINK_RECOVERY_EVENTS ||
         (id >= NVML_FI_DEV_NVLINK_COUNT_RAW_BER_LANE0 && id <= NVML_FI_DEV_NVLINK_COUNT_RAW_BER) || id == NVML_FI_DEV_NVLINK_GET_DATA_RATE;
}

static int answer(const struct call *call, nvmlFieldValue_t *field) {
  const unsigned id = field->fieldId;
  int status = link_counter_field(call, field);
  if (status == FIELD_OF_ANOTHER) status = numbered_speed(call->gpu, field);
  if (status == FIELD_OF_ANOTHER) status = bandwidth(call->gpu, field);
  if (status == FIELD_OF_ANOTHER) status = of_gpu(call, field);
  if (status == FIELD_OF_ANOTHER) status = of_c2c(&call->gpu->nvlink, field);
  if (status != FIELD_OF_ANOTHER) return status;
  if (id >= NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX && id <= NVML_FI_DEV_NVLINK_THROUGHPUT_RAW_RX) return throughput(call, field);
  return is_of_link(id) ? of_link(call, field) : FIELD_OF_ANOTHER;
}

int nvlink_field(const struct call *call, nvmlFieldValue_t *field) {
  const struct machine *machine = call->machine;
  if (field->fieldId == NVML_FI_DEV_NVLINK_GET_POWER_THRESHOLD_MAX && is_swapped(machine)) return FIELD_OF_ANOTHER;
  return machine->driver_branch < first_branch(field->fieldId) ? NVML_ERROR_INVALID_ARGUMENT : answer(call, field);
}

int nvlink_field_clear(struct call *call, const nvmlFieldValue_t *field) {
  nvmlFieldValue_t asked = *field;
  const int status = nvlink_field(call, &asked);
  if (status != NVML_SUCCESS) return status;
  const int cleared = link_counter_clear(call, field);
  return cleared == FIELD_OF_ANOTHER ? NVML_ERROR_NOT_SUPPORTED : cleared;
}
