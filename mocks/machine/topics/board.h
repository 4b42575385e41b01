/* Who a GPU is, and what its InfoROM tells. */
#ifndef GPUWRIGHT_TOPIC_BOARD_H
#define GPUWRIGHT_TOPIC_BOARD_H

#include <stdbool.h>
#include <stdint.h>

struct machine;
struct gpu;

/* Oldest first, the ranks that the generated entry points compare with (lib/abi/nvml/architecture.ts). */
enum architecture { KEPLER, MAXWELL, PASCAL, VOLTA, TURING, AMPERE, ADA, HOPPER, BLACKWELL, RUBIN };

enum { BRIDGES_MAX = 4, UUID_BYTES = 16, HOSTNAME_BYTES = 64 };

struct bridge_chip {
  uint32_t type, firmware;
};

struct inforom {
  char image[16], oem[16], ecc[16], power[16], dram_encryption[16];
  uint32_t checksum;
  uint32_t valid;
};

/* The black box recorder of the InfoROM. */
struct bbx {
  uint64_t flushed_us; /* since the epoch; 0: not yet */
  uint32_t flush_duration_us;
  uint32_t run_seconds; /* with a driver, until `running_since_ns` */
  int64_t running_since_ns;
};

struct board {
  char name[96];
  char uuid[48];
  char serial[32];
  char part_number[32];
  char vbios[32];
  char hostname[HOSTNAME_BYTES]; /* a label that an administrator gave it */
  uint32_t architecture; /* its rank: enum architecture */
  uint32_t brand;
  uint32_t compute_major, compute_minor, cores, memory_bus_bits;
  uint32_t board_id, module_id, minor_number, multi_gpu, egm;
  uint64_t pdi; /* per-device identifier */
  struct bridge_chip bridges[BRIDGES_MAX];
  struct inforom inforom;
  struct bbx bbx;
};

extern const struct topic board_topic;

/* The 32 hexadecimal digits of `GPU-00112233-…`. */
bool uuid_to_bytes(const char *uuid, uint8_t bytes[UUID_BYTES]);
uint32_t bbx_run_seconds(const struct machine *machine, const struct gpu *gpu);

#endif
