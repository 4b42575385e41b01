#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const ARCHITECTURES[] = {"kepler", "maxwell", "pascal", "volta", "turing", "ampere", "ada", "hopper", "blackwell", "rubin", NULL};

static const struct attribute ATTRIBUTES[] = {
  {.name = "name", .kind = ATTRIBUTE_TEXT, ATTRIBUTE_AT(struct board, name)},
  {.name = "uuid", .kind = ATTRIBUTE_TEXT, ATTRIBUTE_AT(struct board, uuid)},
  {.name = "serial", .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct board, serial)},
  {.name = "part-number", .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct board, part_number)},
  {.name = "architecture", .kind = ATTRIBUTE_CHOICE, .fixed = true, .choices = ARCHITECTURES, ATTRIBUTE_AT(struct board, architecture)},
  {.name = "board-id", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct board, board_id)},
  {.name = "module-id", .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_AT(struct board, module_id)},
  {.name = "minor-number", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct board, minor_number)},
};

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  if (!gpu->board.name[0] || !gpu->board.uuid[0]) return refuse(failure, "INVALID_INPUT", "gpu.%u: lacks board.name or board.uuid: give both", index);
  for (unsigned other = 0; other < index; other++)
    if (strcmp(machine->gpus[other].board.uuid, gpu->board.uuid) == 0)
      return refuse(failure, "INVALID_INPUT", "gpu.%u.board.uuid: GPU %u has the same: make them differ", index, other);
  return true;
}

const struct topic board_topic = {
    .name = "board", .offset = offsetof(struct gpu, board), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES, .check = check};
