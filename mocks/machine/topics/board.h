/* Who a GPU is. */
#ifndef GPUWRIGHT_TOPIC_BOARD_H
#define GPUWRIGHT_TOPIC_BOARD_H

#include <stdint.h>

/* Oldest first, the ranks that the generated entry points compare with (lib/abi/nvml/architecture.ts). */
enum architecture { KEPLER, MAXWELL, PASCAL, VOLTA, TURING, AMPERE, ADA, HOPPER, BLACKWELL, RUBIN };

struct board {
  char name[96];
  char uuid[48];
  char serial[32];
  char part_number[32];
  uint32_t architecture; /* its rank: enum architecture */
  uint32_t board_id, module_id, minor_number;
};

extern const struct topic board_topic;

#endif
