/* ECC: mode and counters. */
#ifndef GPUWRIGHT_TOPIC_ECC_H
#define GPUWRIGHT_TOPIC_ECC_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;

enum counter_kind { COUNTER_VOLATILE = 0, COUNTER_AGGREGATE = 1 };
enum error_kind { ERROR_CORRECTED = 0, ERROR_UNCORRECTED = 1 };

struct ecc {
  uint32_t current, pending, standard; /* standard: as made in the factory */
  uint64_t errors[2][2]; /* [counter_kind][error_kind] */
};

extern const struct topic ecc_topic;

/* The product has ECC at all. */
bool gpu_has_ecc(const struct gpu *gpu);
bool gpu_ecc_is_on(const struct gpu *gpu);

#endif
