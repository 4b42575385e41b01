/* Its place on the bus, and its link. */
#ifndef GPUWRIGHT_TOPIC_PCIE_H
#define GPUWRIGHT_TOPIC_PCIE_H

#include <stdint.h>

struct machine;
struct gpu;

enum pcie_generation { PCIE_GENERATION_MAX = 6 };

enum pcie_counter {
  PCIE_REPLAYS,
  PCIE_REPLAY_ROLLOVERS,
  PCIE_L0_TO_RECOVERY,
  PCIE_CORRECTABLE_ERRORS,
  PCIE_NAKS_RECEIVED,
  PCIE_RECEIVER_ERRORS,
  PCIE_BAD_TLPS,
  PCIE_NAKS_SENT,
  PCIE_BAD_DLLPS,
  PCIE_NON_FATAL_ERRORS,
  PCIE_FATAL_ERRORS,
  PCIE_UNSUPPORTED_REQUESTS,
  PCIE_LCRC_ERRORS,
  PCIE_LANE_ERRORS,
  PCIE_COUNTERS
};

enum pcie_direction { PCIE_TX, PCIE_RX, PCIE_DIRECTIONS };

struct pcie {
  uint32_t domain, bus, device, function;
  uint32_t device_id, subsystem_id, sub_class;
  uint32_t bus_type, irq;
  uint32_t generation, maximum_generation, gpu_maximum_generation; /* maximum: of what GPU and host both can */
  uint32_t width, maximum_width;
  uint32_t atomics_outbound, atomics_inbound;                      /* masks */
  uint32_t counters[PCIE_COUNTERS];                                /* since the last reset */
  uint32_t idle_kilobytes[PCIE_DIRECTIONS];                        /* a second, of an idle GPU */
  uint64_t bytes[PCIE_DIRECTIONS];                                 /* since the driver was loaded, until `bytes_counted_ns` */
  int64_t bytes_counted_ns;
  uint64_t bar1_total_bytes, bar1_used_bytes;
};

extern const struct topic pcie_topic;

/* Megabits a second of one lane; 0 for a generation that there is not. */
uint32_t pcie_lane_megabits(uint32_t generation);
/* Kilobytes a second that its load moves now. */
uint32_t pcie_throughput(const struct machine *machine, const struct gpu *gpu, enum pcie_direction direction);
/* Brings `bytes` up to now. */
void pcie_count_bytes(struct machine *machine, struct gpu *gpu);

#endif
