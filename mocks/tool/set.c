#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "commands.h"

/* Words that people know, and what they set. */
static const struct {
  const char *word, *attribute;
} SHORT[] = {{"ecc", "ecc.pending"}, {"persistence", "modes.persistence"}};

static bool split(const char *word, int gpu, char *name, size_t size, const char **value, struct failure *failure) {
  const char *equals = strchr(word, '=');
  if (!equals || equals == word) return refuse(failure, "INVALID_INPUT", "set: \"%s\" is not a setting: write name=value, such as thermal.gpu-celsius=70", word);
  const char *local = NULL;
  for (size_t i = 0; i < sizeof SHORT / sizeof *SHORT; i++)
    if (strlen(SHORT[i].word) == (size_t)(equals - word) && strncmp(SHORT[i].word, word, (size_t)(equals - word)) == 0) local = SHORT[i].attribute;
  const int length = local ? (int)strlen(local) : (int)(equals - word);
  const int written = gpu == GPU_ANY ? snprintf(name, size, "%.*s", length, local ? local : word) : snprintf(name, size, "gpu.%d.%.*s", gpu, length, local ? local : word);
  if (written < 0 || (size_t)written >= size) return refuse(failure, "INVALID_INPUT", "set: \"%s\" is too long a name: check its spelling", word);
  if (local && gpu == GPU_ANY) return refuse(failure, "INVALID_INPUT", "set: %.*s is a setting of one GPU: add --gpu", (int)(equals - word), word);
  *value = equals + 1;
  return true;
}

bool command_set(struct machine *machine, struct arguments *arguments, struct failure *failure) {
  int gpu;
  char name[256];
  const char *value;
  if (!take_gpu(machine, arguments, false, &gpu, failure)) return false;
  if (arguments->count == 0) return refuse(failure, "INVALID_INPUT", "set: nothing to set: write name=value, such as thermal.gpu-celsius=70");
  /* All is tried on a copy before anything is changed. */
  struct machine *trial = machine_copy(machine, failure);
  if (!trial) return false;
  for (int i = 0; i < arguments->count; i++) {
    if (split(arguments->words[i], gpu, name, sizeof name, &value, failure) && attribute_set(trial, name, value, false, failure)) continue;
    machine_free_copy(trial);
    return false;
  }
  const bool lawful = topics_check(trial, failure);
  machine_free_copy(trial);
  if (!lawful) return false;
  for (int i = 0; i < arguments->count; i++)
    if (!split(arguments->words[i], gpu, name, sizeof name, &value, failure) || !attribute_set(machine, name, value, false, failure)) return false;
  printf("{}\n");
  return true;
}
