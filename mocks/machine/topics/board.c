#include <stdlib.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const ARCHITECTURES[] = {"kepler", "maxwell", "pascal", "volta", "turing", "ampere", "ada", "hopper", "blackwell", "rubin", NULL};
/* In the order of NVML's numbers. */
static const char *const BRANDS[] = {"unknown", "quadro", "tesla", "nvs", "grid", "geforce", "titan", "nvidia-vapps", "nvidia-vpc", "nvidia-vcs", "nvidia-vws",
                                     "nvidia-cloud-gaming", "quadro-rtx", "nvidia-rtx", "nvidia", "geforce-rtx", "titan-rtx", NULL};
static const char *const BRIDGES[] = {"plx", "bro4", NULL};

#define AT(field) ATTRIBUTE_AT(struct board, field)

static const struct attribute ATTRIBUTES[] = {
    {.name = "name", .kind = ATTRIBUTE_TEXT, AT(name)},
    {.name = "uuid", .kind = ATTRIBUTE_TEXT, AT(uuid)},
    {.name = "serial", .kind = ATTRIBUTE_TEXT, .optional = true, AT(serial)},
    {.name = "part-number", .kind = ATTRIBUTE_TEXT, .optional = true, AT(part_number)},
    {.name = "architecture", .kind = ATTRIBUTE_CHOICE, .fixed = true, .choices = ARCHITECTURES, AT(architecture)},
    {.name = "brand", .kind = ATTRIBUTE_CHOICE, .choices = BRANDS, AT(brand)},
    {.name = "compute-capability.major", .kind = ATTRIBUTE_U32, .most = 99, AT(compute_major)},
    {.name = "compute-capability.minor", .kind = ATTRIBUTE_U32, .most = 99, AT(compute_minor)},
    {.name = "cores", .kind = ATTRIBUTE_U32, .optional = true, AT(cores)},
    {.name = "memory-bus-bits", .kind = ATTRIBUTE_U32, .optional = true, AT(memory_bus_bits)},
    {.name = "vbios", .kind = ATTRIBUTE_TEXT, AT(vbios)},
    {.name = "board-id", .kind = ATTRIBUTE_U32, AT(board_id)},
    {.name = "module-id", .kind = ATTRIBUTE_U32, .optional = true, AT(module_id)},
    {.name = "minor-number", .kind = ATTRIBUTE_U32, AT(minor_number)},
    {.name = "multi-gpu", .kind = ATTRIBUTE_SWITCH, AT(multi_gpu)},
    {.name = "pdi", .kind = ATTRIBUTE_U64, AT(pdi)},
    {.name = "hostname", .kind = ATTRIBUTE_TEXT, AT(hostname)},
    {.name = "egm", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(egm)},
    {.name = "bridge.#.type", .kind = ATTRIBUTE_CHOICE, .choices = BRIDGES, .optional = true, ATTRIBUTE_EACH(struct board, bridges, .type)},
    {.name = "bridge.#.firmware", .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct board, bridges, .firmware)},
    {.name = "inforom.image", .kind = ATTRIBUTE_TEXT, .optional = true, AT(inforom.image)},
    {.name = "inforom.oem", .kind = ATTRIBUTE_TEXT, .optional = true, AT(inforom.oem)},
    {.name = "inforom.ecc", .kind = ATTRIBUTE_TEXT, .optional = true, AT(inforom.ecc)},
    {.name = "inforom.power", .kind = ATTRIBUTE_TEXT, .optional = true, AT(inforom.power)},
    {.name = "inforom.dram-encryption", .kind = ATTRIBUTE_TEXT, .optional = true, AT(inforom.dram_encryption)},
    {.name = "inforom.checksum", .kind = ATTRIBUTE_U32, .optional = true, AT(inforom.checksum)},
    {.name = "inforom.valid", .kind = ATTRIBUTE_SWITCH, .optional = true, AT(inforom.valid)},
    {.name = "bbx.flushed-microseconds", .kind = ATTRIBUTE_U64, .optional = true, AT(bbx.flushed_us)},
    {.name = "bbx.flush-duration-microseconds", .kind = ATTRIBUTE_U32, AT(bbx.flush_duration_us)},
    {.name = "bbx.run-seconds", .kind = ATTRIBUTE_U32, .optional = true, AT(bbx.run_seconds)},
};

bool uuid_to_bytes(const char *uuid, uint8_t bytes[UUID_BYTES]) {
  if (strncmp(uuid, "GPU-", 4) != 0) return false;
  unsigned digits = 0;
  for (const char *at = uuid + 4; *at; at++) {
    const char digit[] = {*at, 0};
    char *end;
    if (*at == '-') continue;
    const uint8_t value = (uint8_t)strtoul(digit, &end, 16);
    if (*end != 0 || digits >= 2 * UUID_BYTES) return false;
    bytes[digits / 2] = (uint8_t)(digits % 2 == 0 ? value << 4 : bytes[digits / 2] | value);
    digits++;
  }
  return digits == 2 * UUID_BYTES;
}

uint32_t bbx_run_seconds(const struct machine *machine, const struct gpu *gpu) {
  if (gpu->board.bbx.run_seconds == UNSUPPORTED_U32) return UNSUPPORTED_U32;
  return gpu->board.bbx.run_seconds + (uint32_t)((machine_now_ns(machine) - gpu->board.bbx.running_since_ns) / 1000000000);
}

/* Unique as the UUID is. */
static void made(struct machine *machine, struct gpu *gpu) {
  uint8_t bytes[UUID_BYTES];
  gpu->board.bbx.running_since_ns = machine_now_ns(machine);
  if (gpu->board.pdi != 0 || !uuid_to_bytes(gpu->board.uuid, bytes)) return;
  for (unsigned i = UUID_BYTES / 2; i < UUID_BYTES; i++) gpu->board.pdi = gpu->board.pdi << 8 | bytes[i];
}

/* What let go of the GPU before has written the recorder out; before the first driver there was nothing to write. */
static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  struct bbx *bbx = &gpu->board.bbx;
  bbx->run_seconds = bbx_run_seconds(machine, gpu);
  bbx->running_since_ns = machine_now_ns(machine);
  if (bbx->flushed_us != UNSUPPORTED_U64 && machine->driver_generation > 1) bbx->flushed_us = (uint64_t)(machine_now_ns(machine) / 1000);
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "bbx.run-seconds") == 0) gpu->board.bbx.running_since_ns = machine_now_ns(machine);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  if (!gpu->board.name[0] || !gpu->board.uuid[0]) return refuse(failure, "INVALID_INPUT", "gpu.%u: lacks board.name or board.uuid: give both", index);
  for (unsigned other = 0; other < index; other++)
    if (strcmp(machine->gpus[other].board.uuid, gpu->board.uuid) == 0)
      return refuse(failure, "INVALID_INPUT", "gpu.%u.board.uuid: GPU %u has the same: make them differ", index, other);
  return true;
}

const struct topic board_topic = {.name = "board",
                                  .offset = offsetof(struct gpu, board),
                                  .attributes = ATTRIBUTES,
                                  .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                  .made = made,
                                  .driver_loaded = driver_loaded,
                                  .was_set = was_set,
                                  .check = check};
