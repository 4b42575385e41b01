#include "profile-text.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "attributes.h"

struct text_key {
  const char *name;
  size_t offset, size;
};
struct number_key {
  const char *name;
  size_t offset;
};
#define TEXT(key, field) {key, offsetof(struct machine, field), sizeof(((struct machine *)0)->field)}

static const struct text_key TEXTS[] = {TEXT("profile", profile), TEXT("driver", driver_version), TEXT("nvml", nvml_version)};
static const struct number_key NUMBERS[] = {
    {"branch", offsetof(struct machine, driver_branch)}, {"cuda", offsetof(struct machine, cuda_version)}, {"gpus", offsetof(struct machine, gpu_count)}};

/* What a machine has before it has topics. False: not one of these. */
static bool store_head(struct machine *machine, const char *name, const char *value, bool *stored, struct failure *failure) {
  for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
    if (strcmp(TEXTS[i].name, name) != 0) continue;
    if (strlen(value) >= TEXTS[i].size) return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is longer than %zu characters: shorten it", name, value, TEXTS[i].size - 1);
    memcpy((char *)machine + TEXTS[i].offset, value, strlen(value) + 1);
    *stored = true;
  }
  for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++) {
    char *end;
    if (strcmp(NUMBERS[i].name, name) != 0) continue;
    errno = 0;
    const unsigned long number = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != 0 || errno != 0 || number > UINT32_MAX)
      return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is not a whole number in range: write one", name, value);
    *(uint32_t *)(void *)((char *)machine + NUMBERS[i].offset) = (uint32_t)number;
    *stored = true;
  }
  return true;
}

static bool read_line(struct machine *machine, char *line, struct failure *failure) {
  bool stored = false;
  char *value = strchr(line, '=');
  if (!value) return refuse(failure, "INVALID_INPUT", "profile: the line \"%s\" has no `=`: write key=value", line);
  *value++ = 0;
  if (!store_head(machine, line, value, &stored, failure)) return false;
  return stored || attribute_set(machine, line, value, true, failure);
}

bool profile_read(FILE *input, struct machine *machine, struct failure *failure) {
  char line[4096];
  attributes_clear(machine);
  while (fgets(line, sizeof line, input)) {
    line[strcspn(line, "\n")] = 0;
    if (line[0] != 0 && !read_line(machine, line, failure)) return false;
  }
  if (machine->gpu_count < 1 || machine->gpu_count > GPU_MAX)
    return refuse(failure, "INVALID_INPUT", "gpus: %u is out of range: a machine has 1 to %d GPUs", machine->gpu_count, GPU_MAX);
  if (!machine->profile[0] || !machine->driver_version[0] || machine->driver_branch == 0)
    return refuse(failure, "INVALID_INPUT", "profile: profile, driver or branch is missing: give all of them");
  return topics_check(machine, failure);
}
