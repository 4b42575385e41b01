/* The two utilization counters that each link had until NVLink 2: they count its traffic in a chosen unit until they are frozen. */
#include "machine.h"

enum { FLIT_BYTES = 16, FILTER_NOP = 1 };

static struct nvlink_usage traffic(const struct gpu *gpu, unsigned link, const struct nvlink_utilization *counter) {
  const uint64_t *moved = gpu->nvlink.links[link].traffic;
  /* A packet that carries nothing is in no traffic; without a kind of packet nothing is counted. */
  if ((counter->filter & ~FILTER_NOP) == 0) return (struct nvlink_usage){0};
  switch (counter->unit) {
    case NVLINK_UNIT_BYTES: return (struct nvlink_usage){.received = moved[NVLINK_RECEIVED_BYTES], .sent = moved[NVLINK_SENT_BYTES]};
    case NVLINK_UNIT_PACKETS: return (struct nvlink_usage){.received = moved[NVLINK_RECEIVED_PACKETS], .sent = moved[NVLINK_SENT_PACKETS]};
    case NVLINK_UNIT_CYCLES: return (struct nvlink_usage){.received = moved[NVLINK_RECEIVED_BYTES] / FLIT_BYTES, .sent = moved[NVLINK_SENT_BYTES] / FLIT_BYTES};
    default: return (struct nvlink_usage){0};
  }
}

/* Traffic that was set lower than it was has not flowed. */
static uint64_t since(uint64_t now, uint64_t seen) { return now > seen ? now - seen : 0; }

struct nvlink_usage nvlink_usage(const struct gpu *gpu, unsigned link, unsigned counter) {
  const struct nvlink_utilization *utilization = &gpu->nvlink.utilization[link][counter];
  struct nvlink_usage usage = {.received = utilization->received, .sent = utilization->sent};
  if (utilization->frozen) return usage;
  const struct nvlink_usage now = traffic(gpu, link, utilization);
  usage.received += since(now.received, utilization->seen_received);
  usage.sent += since(now.sent, utilization->seen_sent);
  return usage;
}

static void count_from(struct gpu *gpu, unsigned link, unsigned counter, struct nvlink_usage start) {
  struct nvlink_utilization *utilization = &gpu->nvlink.utilization[link][counter];
  const struct nvlink_usage now = traffic(gpu, link, utilization);
  utilization->received = start.received;
  utilization->sent = start.sent;
  utilization->seen_received = now.received;
  utilization->seen_sent = now.sent;
}

void nvlink_usage_control(struct gpu *gpu, unsigned link, unsigned counter, uint8_t unit, uint8_t filter) {
  const struct nvlink_usage usage = nvlink_usage(gpu, link, counter);
  gpu->nvlink.utilization[link][counter].unit = unit;
  gpu->nvlink.utilization[link][counter].filter = filter;
  count_from(gpu, link, counter, usage);
}

void nvlink_usage_freeze(struct gpu *gpu, unsigned link, unsigned counter, bool freeze) {
  const struct nvlink_usage usage = nvlink_usage(gpu, link, counter);
  gpu->nvlink.utilization[link][counter].frozen = freeze;
  count_from(gpu, link, counter, usage);
}

void nvlink_usage_reset(struct gpu *gpu, unsigned link, unsigned counter) { count_from(gpu, link, counter, (struct nvlink_usage){0}); }
