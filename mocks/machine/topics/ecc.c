#include "ecc.h"
#include <string.h>
#include "attributes.h"
#include "machine.h"

#define COUNTER(words, counter, error, place) {.name = words, .kind = ATTRIBUTE_U64, .optional = true, ATTRIBUTE_AT(struct ecc, errors[counter][error][place])}
#define COUNTERS(words, counter)                                                                          \
  COUNTER(words ".corrected.l1-cache", counter, ERROR_CORRECTED, ECC_L1_CACHE),                           \
  COUNTER(words ".corrected.l2-cache", counter, ERROR_CORRECTED, ECC_L2_CACHE),                           \
  COUNTER(words ".corrected.dram", counter, ERROR_CORRECTED, ECC_DRAM),                                   \
  COUNTER(words ".corrected.register-file", counter, ERROR_CORRECTED, ECC_REGISTER_FILE),                 \
  COUNTER(words ".corrected.texture-memory", counter, ERROR_CORRECTED, ECC_TEXTURE_MEMORY),               \
  COUNTER(words ".corrected.texture-shared", counter, ERROR_CORRECTED, ECC_TEXTURE_SHARED),               \
  COUNTER(words ".corrected.cbu", counter, ERROR_CORRECTED, ECC_CBU),                                     \
  COUNTER(words ".corrected.sram", counter, ERROR_CORRECTED, ECC_SRAM),                                   \
  COUNTER(words ".uncorrected.l1-cache", counter, ERROR_UNCORRECTED, ECC_L1_CACHE),                       \
  COUNTER(words ".uncorrected.l2-cache", counter, ERROR_UNCORRECTED, ECC_L2_CACHE),                       \
  COUNTER(words ".uncorrected.dram", counter, ERROR_UNCORRECTED, ECC_DRAM),                               \
  COUNTER(words ".uncorrected.register-file", counter, ERROR_UNCORRECTED, ECC_REGISTER_FILE),             \
  COUNTER(words ".uncorrected.texture-memory", counter, ERROR_UNCORRECTED, ECC_TEXTURE_MEMORY),           \
  COUNTER(words ".uncorrected.texture-shared", counter, ERROR_UNCORRECTED, ECC_TEXTURE_SHARED),           \
  COUNTER(words ".uncorrected.cbu", counter, ERROR_UNCORRECTED, ECC_CBU),                                 \
  COUNTER(words ".uncorrected.sram-parity", counter, ERROR_UNCORRECTED, ECC_SRAM_PARITY),                 \
  COUNTER(words ".uncorrected.sram-sec-ded", counter, ERROR_UNCORRECTED, ECC_SRAM_SEC_DED)
#define BUCKET(words, bucket) {.name = words, .kind = ATTRIBUTE_U64, ATTRIBUTE_AT(struct ecc, buckets[bucket])}

static const struct attribute ATTRIBUTES[] = {
    {.name = "current", .kind = ATTRIBUTE_SWITCH, .fixed = true, .optional = true, ATTRIBUTE_AT(struct ecc, current)},
    {.name = "pending", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct ecc, pending)},
    {.name = "default", .kind = ATTRIBUTE_SWITCH, .fixed = true, .optional = true, ATTRIBUTE_AT(struct ecc, standard)},
    COUNTERS("volatile", COUNTER_VOLATILE),
    COUNTERS("aggregate", COUNTER_AGGREGATE),
    {.name = "sram.threshold-exceeded", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct ecc, threshold_exceeded)},
    BUCKET("sram.bucket.l2", BUCKET_L2),
    BUCKET("sram.bucket.sm", BUCKET_SM),
    BUCKET("sram.bucket.pcie", BUCKET_PCIE),
    BUCKET("sram.bucket.mcu", BUCKET_MCU),
    BUCKET("sram.bucket.other", BUCKET_OTHER),
};

bool gpu_has_ecc(const struct gpu *gpu) { return gpu->ecc.current != UNSUPPORTED_U32; }
bool gpu_ecc_is_on(const struct gpu *gpu) { return gpu->ecc.current == 1; }

uint64_t ecc_errors(const struct gpu *gpu, enum counter_kind counter, enum error_kind error, enum ecc_place place) {
  const uint64_t *errors = gpu->ecc.errors[counter][error];
  if (place != ECC_SRAM || error != ERROR_UNCORRECTED) return errors[place];
  if (errors[ECC_SRAM_PARITY] == UNSUPPORTED_U64) return errors[ECC_SRAM_SEC_DED];
  return errors[ECC_SRAM_PARITY] + (errors[ECC_SRAM_SEC_DED] == UNSUPPORTED_U64 ? 0 : errors[ECC_SRAM_SEC_DED]);
}

uint64_t ecc_total(const struct gpu *gpu, enum counter_kind counter, enum error_kind error) {
  uint64_t total = 0;
  for (unsigned place = 0; place < ECC_PLACES; place++)
    if (gpu->ecc.errors[counter][error][place] != UNSUPPORTED_U64) total += gpu->ecc.errors[counter][error][place];
  return total;
}

void ecc_clear(struct gpu *gpu, enum counter_kind counter) {
  for (unsigned i = 0; i < 2 * ECC_PLACES; i++) {
    uint64_t *errors = &gpu->ecc.errors[counter][i / ECC_PLACES][i % ECC_PLACES];
    if (*errors != UNSUPPORTED_U64) *errors = 0;
  }
  if (counter != COUNTER_AGGREGATE) return;
  memset(gpu->ecc.buckets, 0, sizeof gpu->ecc.buckets);
  gpu->ecc.sram_error_count = 0;
}

/* What has one of the two counters has the other. */
static void pair(uint64_t *one, uint64_t *other) {
  if (*one == UNSUPPORTED_U64 && *other != UNSUPPORTED_U64) *one = 0;
}

static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  struct ecc *ecc = &gpu->ecc;
  if (!gpu_has_ecc(gpu)) return;
  if (ecc->pending == UNSUPPORTED_U32) ecc->pending = ecc->current;
  if (ecc->standard == UNSUPPORTED_U32) ecc->standard = ecc->current;
  for (unsigned error = 0; error < 2; error++) {
    pair(&ecc->errors[COUNTER_VOLATILE][error][ECC_DRAM], &(uint64_t){0}); /* with ECC every product counts these */
    for (unsigned place = 0; place < ECC_PLACES; place++) {
      pair(&ecc->errors[COUNTER_AGGREGATE][error][place], &ecc->errors[COUNTER_VOLATILE][error][place]);
      pair(&ecc->errors[COUNTER_VOLATILE][error][place], &ecc->errors[COUNTER_AGGREGATE][error][place]);
    }
  }
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  if (!machine_is_new(machine)) ecc_clear(gpu, COUNTER_VOLATILE);
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  driver_loaded(machine, gpu);
  if (gpu_has_ecc(gpu) && !machine_is_new(machine)) gpu->ecc.current = gpu->ecc.pending == 1;
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->ecc.sram_error_count > SRAM_ERRORS_MAX) gpu->ecc.sram_error_count = SRAM_ERRORS_MAX;
}

const struct topic ecc_topic = {.name = "ecc",
                                .offset = offsetof(struct gpu, ecc),
                                .attributes = ATTRIBUTES,
                                .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                .made = made,
                                .driver_loaded = driver_loaded,
                                .gpu_reset = gpu_reset,
                                .repair = repair};
