/* ECC: mode, counters by place, and what the SRAMs tell beyond that. */
#ifndef GPUWRIGHT_TOPIC_ECC_H
#define GPUWRIGHT_TOPIC_ECC_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;

enum counter_kind { COUNTER_VOLATILE = 0, COUNTER_AGGREGATE = 1 };
enum error_kind { ERROR_CORRECTED = 0, ERROR_UNCORRECTED = 1 };

/* A product has counters for some of them only. Uncorrected errors of SRAM are counted by how they were noticed. */
enum ecc_place { ECC_L1_CACHE, ECC_L2_CACHE, ECC_DRAM, ECC_REGISTER_FILE, ECC_TEXTURE_MEMORY, ECC_TEXTURE_SHARED, ECC_CBU, ECC_SRAM, ECC_SRAM_PARITY, ECC_SRAM_SEC_DED, ECC_PLACES };
enum sram_bucket { BUCKET_L2, BUCKET_SM, BUCKET_PCIE, BUCKET_MCU, BUCKET_OTHER, SRAM_BUCKETS };

enum { SRAM_ERRORS_MAX = 32 };

/* One cell of SRAM that erred: where it is, and how often. */
struct sram_error {
  uint32_t unit, location, sublocation, extlocation, address;
  uint32_t parity;
  uint32_t count;
};

struct ecc {
  uint32_t current, pending, standard; /* standard: as made in the factory */
  uint64_t errors[2][2][ECC_PLACES];   /* [counter_kind][error_kind]; UNSUPPORTED_U64: not counted on this product */
  int64_t storm_second;                /* the last second with corrected errors, and how many it had */
  uint32_t storm_errors;

  uint32_t threshold_exceeded; /* UNSUPPORTED_U32: the product tells nothing of its SRAM but counts */
  uint64_t buckets[SRAM_BUCKETS]; /* aggregate, uncorrected */
  uint32_t sram_error_count; /* written after the entry */
  struct sram_error sram_errors[SRAM_ERRORS_MAX];
};

extern const struct topic ecc_topic;

/* The product has ECC at all. */
bool gpu_has_ecc(const struct gpu *gpu);
bool gpu_ecc_is_on(const struct gpu *gpu);

/* UNSUPPORTED_U64 where the product does not count them. ECC_SRAM, uncorrected: noticed by whatever. */
uint64_t ecc_errors(const struct gpu *gpu, enum counter_kind counter, enum error_kind error, enum ecc_place place);
uint64_t ecc_total(const struct gpu *gpu, enum counter_kind counter, enum error_kind error);
void ecc_clear(struct gpu *gpu, enum counter_kind counter);

#endif
