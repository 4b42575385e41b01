/* Errors of memories: of DRAM at an address, of what is on the chip by its place. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "commands.h"

/* Where an error may be said to be. Of an SRAM error nobody says here how it was noticed: `sram-ecc` does. */
static const char *const PLACES[] = {[ECC_L1_CACHE] = "l1-cache",       [ECC_L2_CACHE] = "l2-cache",
                                     [ECC_DRAM] = "dram",               [ECC_REGISTER_FILE] = "register-file",
                                     [ECC_TEXTURE_MEMORY] = "texture-memory", [ECC_TEXTURE_SHARED] = "texture-shared",
                                     [ECC_CBU] = "cbu",                 [ECC_SRAM] = "sram",
                                     NULL};

bool is_memory_fault(const char *kind) {
  return strcmp(kind, "single-bit-ecc") == 0 || strcmp(kind, "double-bit-ecc") == 0 || strcmp(kind, "sram-ecc") == 0 || strcmp(kind, "poison") == 0;
}

static bool report(enum detection detection) {
  static const char *const WORDS[] = {[DETECTED] = "detected", [ECC_IS_OFF] = "ecc-is-off", [GPU_LOST_NOTHING_SEEN] = "gpu-is-lost",
                                      [DRIVER_NOT_LOADED_NOTHING_SEEN] = "driver-not-loaded"};
  printf("{\"detection\":\"%s\"}\n", WORDS[detection]);
  return true;
}

/* A card without ECC has no counters at all, and notices nothing. */
static bool is_counted(const struct gpu *gpu, enum error_kind error, enum ecc_place place, const char *word, struct failure *failure) {
  char all[256] = "";
  if (!gpu_has_ecc(gpu) || ecc_errors(gpu, COUNTER_VOLATILE, error, place) != UNSUPPORTED_U64) return true;
  for (unsigned each = 0; PLACES[each]; each++)
    if (ecc_errors(gpu, COUNTER_VOLATILE, error, each) != UNSUPPORTED_U64) snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", all[0] ? ", " : "", PLACES[each]);
  return refuse(failure, "INVALID_INPUT", "--location: this product does not count such errors of its %s: choose %s", word, all);
}

static bool inject_ecc(struct machine *machine, struct gpu *gpu, enum error_kind error, struct arguments *arguments, struct failure *failure) {
  uint32_t place;
  if (!take_choice(arguments, "--location", PLACES, ECC_DRAM, &place, failure)) return false;
  if (place == ECC_DRAM) {
    uint64_t address;
    const char *text = take_option(arguments, "--address", failure);
    if (failure->code || !parse_number("--address", text, 0, gpu->memory.total_bytes - 1, &address, failure) || !nothing_left(arguments, failure)) return false;
    return report(error == ERROR_CORRECTED ? ecc_single_bit(machine, gpu, address) : ecc_double_bit(machine, gpu, address));
  }
  if (!is_counted(gpu, error, place, PLACES[place], failure) || !nothing_left(arguments, failure)) return false;
  return report(ecc_on_chip(machine, gpu, error, place == ECC_SRAM && error == ERROR_UNCORRECTED ? ECC_SRAM_SEC_DED : place, PLACES[place]));
}

static bool inject_sram(struct machine *machine, struct gpu *gpu, struct arguments *arguments, struct failure *failure) {
  static const char *const ERRORS[] = {"corrected", "parity", "sec-ded", NULL};
  static const enum ecc_place PLACE_OF[] = {ECC_SRAM, ECC_SRAM_PARITY, ECC_SRAM_SEC_DED};
  static const char *const BUCKETS[] = {[BUCKET_L2] = "l2", [BUCKET_SM] = "sm", [BUCKET_PCIE] = "pcie", [BUCKET_MCU] = "mcu", [BUCKET_OTHER] = "other", NULL};
  static const char *const PARTS[] = {"--unit", "--sram-location", "--sublocation", "--extlocation", "--address"};
  uint32_t error, bucket;
  uint64_t parts[sizeof PARTS / sizeof *PARTS] = {0};
  bool given;
  if (!take_choice(arguments, "--error", ERRORS, 2, &error, failure) || !take_choice(arguments, "--bucket", BUCKETS, BUCKET_OTHER, &bucket, failure)) return false;
  for (unsigned i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
    if (!take_number(arguments, PARTS[i], 0, UINT32_MAX, &parts[i], &given, failure)) return false;
  if (!nothing_left(arguments, failure)) return false;
  if (gpu_has_ecc(gpu) && gpu->ecc.errors[COUNTER_VOLATILE][PLACE_OF[error] == ECC_SRAM ? ERROR_CORRECTED : ERROR_UNCORRECTED][PLACE_OF[error]] == UNSUPPORTED_U64)
    return refuse(failure, "INVALID_INPUT", "sram-ecc: this product does not count errors of its SRAMs together: use single-bit-ecc or double-bit-ecc with --location");
  const struct sram_error cell = {.unit = (uint32_t)parts[0],
                                  .location = (uint32_t)parts[1],
                                  .sublocation = (uint32_t)parts[2],
                                  .extlocation = (uint32_t)parts[3],
                                  .address = (uint32_t)parts[4],
                                  .parity = PLACE_OF[error] == ECC_SRAM_PARITY};
  return report(ecc_in_sram(machine, gpu, PLACE_OF[error], bucket, &cell));
}

static bool inject_poison(struct machine *machine, struct gpu *gpu, struct arguments *arguments, struct failure *failure) {
  const bool fatal = take_switch(arguments, "--fatal");
  if (!nothing_left(arguments, failure)) return false;
  if (!gpu_remaps_rows(gpu)) return refuse(failure, "INVALID_INPUT", "poison: this product does not mark spoilt data: choose a GPU that remaps rows, or double-bit-ecc");
  return report(poison_consumed(machine, gpu, fatal));
}

bool inject_memory_fault(struct machine *machine, const char *kind, struct arguments *arguments, struct failure *failure) {
  int index;
  if (!take_gpu(machine, arguments, true, &index, failure)) return false;
  struct gpu *gpu = &machine->gpus[index];
  if (strcmp(kind, "sram-ecc") == 0) return inject_sram(machine, gpu, arguments, failure);
  if (strcmp(kind, "poison") == 0) return inject_poison(machine, gpu, arguments, failure);
  return inject_ecc(machine, gpu, strcmp(kind, "single-bit-ecc") == 0 ? ERROR_CORRECTED : ERROR_UNCORRECTED, arguments, failure);
}
