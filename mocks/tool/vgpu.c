/* `vgpu`: VMs with a vGPU start and end. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "commands.h"

/* A number that may be left out. */
static bool take_optional(struct arguments *arguments, const char *name, uint64_t most, uint32_t *out, struct failure *failure) {
  uint64_t number = UNSUPPORTED_U32;
  failure->code = NULL;
  const char *text = take_option(arguments, name, failure);
  if (failure->code || (text && !parse_number(name, text, 0, most, &number, failure))) return false;
  *out = (uint32_t)number;
  return true;
}

static bool take_text(struct arguments *arguments, const char *name, const char **out, struct failure *failure) {
  failure->code = NULL;
  *out = take_option(arguments, name, failure);
  return !failure->code;
}

static bool add(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  struct vgpu_wish wish = {.gpu = 0};
  uint64_t type;
  uint32_t id;
  int gpu;
  const char *text;
  if (!take_gpu(machine, arguments, true, &gpu, failure) || !take_text(arguments, "--type", &text, failure)) return false;
  if (!parse_number("--type", text, 1, UINT32_MAX, &type, failure)) return false;
  if (!take_optional(arguments, "--placement", NO_PLACEMENT, &wish.placement_id, failure)) return false;
  if (!take_optional(arguments, "--gpu-instance", UNSUPPORTED_U32 - 1, &wish.gpu_instance_id, failure)) return false;
  if (!take_text(arguments, "--vm", &wish.vm_name, failure) || !take_text(arguments, "--vm-id", &wish.vm_id, failure)) return false;
  if (!take_text(arguments, "--uuid", &wish.uuid, failure) || !nothing_left(arguments, failure)) return false;
  wish.gpu = (uint32_t)gpu;
  wish.type_id = (uint32_t)type;
  if (!vgpu_add(machine, &wish, &id, failure)) return false;
  printf("{\"id\":%u}\n", id);
  return true;
}

static bool end(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  uint64_t id;
  const char *text;
  if (!take_text(arguments, "--id", &text, failure) || !parse_number("--id", text, 1, UINT32_MAX, &id, failure)) return false;
  if (!nothing_left(arguments, failure) || !vgpu_remove(machine, (uint32_t)id, failure)) return false;
  printf("{}\n");
  return true;
}

bool command_vgpu(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  const char *what = take_word(arguments);
  if (what && strcmp(what, "add") == 0) return add(machine, arguments, failure);
  if (what && strcmp(what, "remove") == 0) return end(machine, arguments, failure);
  return refuse(failure, "INVALID_INPUT", "vgpu: \"%s\" cannot be done: choose add or remove", what ? what : "");
}
