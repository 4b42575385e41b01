#include <stdio.h>
#include <string.h>
#include "commands.h"

static bool read_switch(const char *word, size_t prefix, bool *out) {
  *out = strcmp(word + prefix, "on") == 0;
  return *out || strcmp(word + prefix, "off") == 0;
}

bool command_set(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  int gpu;
  if (!take_gpu(machine, arguments, true, &gpu, failure)) return false;
  struct gpu *target = &machine->gpus[gpu];
  if (arguments->count == 0) return refuse(failure, "INVALID_INPUT", "set: nothing to set: give ecc=on|off or persistence=on|off");
  /* All is read before anything is changed. */
  bool value, ecc = target->ecc_pending, persistence = target->persistence;
  for (int i = 0; i < arguments->count; i++) {
    const char *word = arguments->words[i];
    if (strncmp(word, "ecc=", 4) == 0 && read_switch(word, 4, &value)) ecc = value;
    else if (strncmp(word, "persistence=", 12) == 0 && read_switch(word, 12, &value)) persistence = value;
    else return refuse(failure, "INVALID_INPUT", "set: \"%s\" is not a setting: give ecc=on|off or persistence=on|off", word);
  }
  target->ecc_pending = ecc;
  gpu_set_persistence(machine, target, persistence);
  printf("{}\n");
  return true;
}
