/* NVLink, as one GPU sees its links. */
#ifndef GPUWRIGHT_TOPIC_NVLINK_H
#define GPUWRIGHT_TOPIC_NVLINK_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;

enum {
  NVLINK_LINKS = 36,
  NVLINK_UTILIZATION_LINKS = 6, /* the generations with utilization counters have no more links than this */
  NVLINK_FEC_BINS = 16,
  NVLINK_FIRMWARES = 5,
  NVLINK_BANDWIDTH_MODES = 5
};

enum nvlink_state { NVLINK_INACTIVE, NVLINK_ACTIVE, NVLINK_SLEEPING };
enum nvlink_remote { REMOTE_NOTHING, REMOTE_GPU, REMOTE_NPU, REMOTE_SWITCH };
enum nvlink_capability { NVLINK_P2P, NVLINK_SYSTEM_MEMORY, NVLINK_P2P_ATOMICS, NVLINK_SYSTEM_ATOMICS, NVLINK_SLI, NVLINK_VALID, NVLINK_CAPABILITIES };
enum nvlink_bandwidth_scope { BANDWIDTH_OF_HOST, BANDWIDTH_OF_GPU };

/* What each link counts, and its attribute. Bit error rates are as the hardware tells them: mantissa << 8 | negative exponent. */
#define NVLINK_COUNTERS(X)                                                                                                       \
  X(REPLAYS, "replay-errors") X(RECOVERIES, "recovery-errors") X(CRC_FLITS, "crc-flit-errors") X(CRC_DATA, "crc-data-errors")     \
  X(ECC_DATA, "ecc-data-errors") X(MALFORMED_PACKETS, "malformed-packets") X(BUFFER_OVERRUNS, "buffer-overruns")                  \
  X(RECEIVE_ERRORS, "receive-errors") X(REMOTE_ERRORS, "receive-remote-errors") X(GENERAL_ERRORS, "receive-general-errors")       \
  X(INTEGRITY_ERRORS, "link-integrity-errors") X(TRANSMIT_DISCARDS, "transmit-discards") X(TRANSMIT_WAITS, "transmit-waits")      \
  X(RECOVERED, "successful-recoveries") X(NOT_RECOVERED, "failed-recoveries") X(LINK_DOWNS, "link-down-events")                   \
  X(RECOVERY_AGE, "milliseconds-since-recovery") X(RECOVERY_INTERVAL, "milliseconds-between-recoveries")                          \
  X(RECOVERY_OPERATION, "recovery-operation") X(EFFECTIVE_ERRORS, "effective-errors") X(SYMBOL_ERRORS, "symbol-errors")           \
  X(RAW_ERRORS_0, "raw-errors-lane-0") X(RAW_ERRORS_1, "raw-errors-lane-1") X(RAW_BER_0, "raw-ber-lane-0")                        \
  X(RAW_BER_1, "raw-ber-lane-1") X(RAW_BER, "raw-ber") X(EFFECTIVE_BER, "effective-ber") X(SYMBOL_BER, "symbol-ber")              \
  X(PLR_RECEIVED, "plr-received-codes") X(PLR_RECEIVE_ERRORS, "plr-receive-errors") X(PLR_UNCORRECTABLE, "plr-uncorrectable-codes") \
  X(PLR_SENT, "plr-sent-codes") X(PLR_RETRIED, "plr-retried-codes") X(PLR_RETRIES, "plr-retry-events") X(PLR_SYNCS, "plr-sync-events")

#define NVLINK_COUNTER_ID(counter, name) NVLINK_##counter,
enum nvlink_counter { NVLINK_COUNTERS(NVLINK_COUNTER_ID) NVLINK_COUNTER_COUNT };
#undef NVLINK_COUNTER_ID

enum nvlink_traffic { NVLINK_SENT_BYTES, NVLINK_RECEIVED_BYTES, NVLINK_SENT_PACKETS, NVLINK_RECEIVED_PACKETS, NVLINK_TRAFFIC_COUNT };

struct nvlink_link {
  uint32_t state;        /* enum nvlink_state */
  uint32_t failed;       /* it cannot be trained */
  uint32_t unrouted;     /* it would be up, were it routed and well */
  uint32_t remote;       /* enum nvlink_remote */
  uint32_t remote_domain, remote_bus, remote_device; /* unsupported: the other end is no PCI device */
  uint32_t remote_link;
  uint64_t traffic[NVLINK_TRAFFIC_COUNT];
  uint32_t counters[NVLINK_COUNTER_COUNT];
  uint32_t fec_history[NVLINK_FEC_BINS]; /* code words with so many corrected symbols */
};

/* Of one link there are two. What was counted until `seen`, which is the traffic at the last change of the control. */
struct nvlink_utilization {
  uint8_t unit, filter, frozen;
  uint64_t received, sent;
  uint64_t seen_received, seen_sent;
};

struct nvlink_firmware {
  uint32_t type, major, minor, sub_minor;
};

struct nvlink {
  uint32_t version; /* UNSUPPORTED_U32: the product has no NVLink */
  uint32_t link_count, speed_megabytes; /* of each link, in one direction */
  uint32_t domain; /* GPUs on switches of the same domain reach each other */
  uint32_t capabilities[NVLINK_CAPABILITIES];
  uint32_t encrypted;
  uint32_t just_made; /* the first boot takes nothing away from what a profile says */
  struct nvlink_firmware firmware[NVLINK_FIRMWARES];
  struct {
    uint32_t scope, mode; /* enum nvlink_bandwidth_scope */
    char modes[16];       /* that can be chosen: 0-4 */
  } bandwidth;
  struct {
    uint32_t state, unit, threshold, standard, minimum, maximum;
  } low_power;
  uint32_t registers; /* they can be asked for */
  struct {
    uint32_t enabled, links, active, speed_megabytes, power_state;
    uint32_t crc_errors, replays, double_replays;
  } c2c; /* to the processor: of all its links alike */
  struct nvlink_link links[NVLINK_LINKS];
  struct nvlink_utilization utilization[NVLINK_UTILIZATION_LINKS][2];
};
_Static_assert(sizeof(struct nvlink) <= 11 * 1024, "it is there 64 times");

extern const struct topic nvlink_topic;

/* 1 to 6; 0: the product has no NVLink. */
unsigned nvlink_generation(const struct gpu *gpu);
/* It is trained, though it may sleep. */
bool nvlink_is_up(const struct nvlink_link *link);
/* Links that are up. */
unsigned nvlinks_to_switches(const struct gpu *gpu);
/* Traffic is not an error. */
void nvlink_clear_errors(struct nvlink_link *link);
bool nvlink_has_bandwidth_mode(const struct gpu *gpu, unsigned mode);
/* The fastest of its modes. */
unsigned nvlink_best_bandwidth_mode(const struct gpu *gpu);

/* nvlink-utilization.c */
enum nvlink_unit { NVLINK_UNIT_CYCLES, NVLINK_UNIT_PACKETS, NVLINK_UNIT_BYTES };
struct nvlink_usage {
  uint64_t received, sent;
};
struct nvlink_usage nvlink_usage(const struct gpu *gpu, unsigned link, unsigned counter);
void nvlink_usage_control(struct gpu *gpu, unsigned link, unsigned counter, uint8_t unit, uint8_t filter);
void nvlink_usage_freeze(struct gpu *gpu, unsigned link, unsigned counter, bool freeze);
void nvlink_usage_reset(struct gpu *gpu, unsigned link, unsigned counter);

#endif
