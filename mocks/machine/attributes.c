#include "attributes.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "machine.h"

static char *part_of(const struct topic *topic, const struct machine *machine, unsigned gpu) {
  const char *base = topic->of_machine ? (const char *)machine : (const char *)&machine->gpus[gpu];
  return (char *)(uintptr_t)(base + topic->offset);
}

static unsigned length_of(const struct topic *topic, const struct machine *machine, unsigned gpu, const struct attribute *attribute) {
  if (attribute->counts[0] == 0) return 1;
  const unsigned length = topic->length ? topic->length(machine, topic->of_machine ? NULL : &machine->gpus[gpu], attribute) : attribute->counts[0];
  return length < attribute->counts[0] ? length : attribute->counts[0]; /* a damaged file may claim more than there is room for */
}

/* The place that `name` (without topic) means in a topic's part, or NULL. `length`: of the list that its first # runs over. */
static char *place_of(const struct attribute *attribute, unsigned length, char *part, const char *name) {
  char *place = part + attribute->offset;
  const char *pattern = attribute->name;
  for (unsigned dimension = 0; *pattern; pattern++) {
    if (*pattern != '#') {
      if (*pattern != *name++) return NULL;
      continue;
    }
    char *end;
    if (*name < '0' || *name > '9') return NULL;
    const unsigned long index = strtoul(name, &end, 10);
    if (index >= (dimension == 0 ? length : attribute->counts[dimension]) || end - name > 5) return NULL;
    place += index * attribute->strides[dimension++];
    name = end;
  }
  return *name == 0 ? place : NULL;
}

static void store_unsupported(const struct attribute *attribute, char *place) {
  if (attribute->kind == ATTRIBUTE_TEXT) memset(place, 0, attribute->size);
  else if (attribute->kind == ATTRIBUTE_I32) *(int32_t *)(void *)place = UNSUPPORTED_I32;
  else memset(place, 0xff, attribute->size);
}

static bool store_text(const struct attribute *attribute, char *place, const char *name, const char *value, struct failure *failure) {
  if (strcmp(value, "unsupported") == 0) return refuse(failure, "INVALID_INPUT", "%s: cannot be unsupported, for every product has it: write what it is", name);
  if (strlen(value) >= attribute->size)
    return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is longer than %zu characters: shorten it", name, value, attribute->size - 1);
  memset(place, 0, attribute->size);
  memcpy(place, value, strlen(value));
  return true;
}

static bool store_choice(const struct attribute *attribute, char *place, const char *name, const char *value, struct failure *failure) {
  char all[512] = "";
  for (uint32_t i = 0; attribute->choices[i]; i++) {
    if (strcmp(attribute->choices[i], value) == 0) {
      *(uint32_t *)(void *)place = i;
      return true;
    }
    const size_t used = strlen(all);
    snprintf(all + used, sizeof all - used, "%s%s", i ? ", " : "", attribute->choices[i]);
  }
  return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is not one of its values: choose %s", name, value, all);
}

static bool store_signed(char *place, const char *name, const char *value, struct failure *failure) {
  char *end;
  errno = 0;
  const long number = strtol(value, &end, 10);
  if (*value == 0 || *end != 0 || errno != 0 || number <= INT32_MIN || number > INT32_MAX)
    return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is not a whole number in range: write one, such as -5", name, value);
  *(int32_t *)(void *)place = (int32_t)number;
  return true;
}

static bool store_number(const struct attribute *attribute, char *place, const char *name, const char *value, struct failure *failure) {
  char *end;
  errno = 0;
  const unsigned long long number = strtoull(value, &end, strncmp(value, "0x", 2) == 0 ? 16 : 10);
  /* The highest number stands for unsupported where that can be. */
  uint64_t most = attribute->most ? attribute->most : (attribute->kind == ATTRIBUTE_U64 ? UINT64_MAX : UINT32_MAX) - (attribute->optional ? 1 : 0);
  if (*value < '0' || *value > '9' || *end != 0 || errno != 0)
    return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is not a whole number: write one from 0 to %llu", name, value, (unsigned long long)most);
  if (number > most) return refuse(failure, "INVALID_INPUT", "%s: %s is out of range: write a number from 0 to %llu", name, value, (unsigned long long)most);
  if (attribute->kind == ATTRIBUTE_U64) *(uint64_t *)(void *)place = number;
  else *(uint32_t *)(void *)place = (uint32_t)number;
  return true;
}

static bool store(const struct attribute *attribute, char *place, const char *name, const char *value, struct failure *failure) {
  if (attribute->optional && strcmp(value, "unsupported") == 0) {
    store_unsupported(attribute, place);
    return true;
  }
  switch (attribute->kind) {
    case ATTRIBUTE_TEXT:
      return store_text(attribute, place, name, value, failure);
    case ATTRIBUTE_CHOICE:
      return store_choice(attribute, place, name, value, failure);
    case ATTRIBUTE_I32:
      return store_signed(place, name, value, failure);
    case ATTRIBUTE_SWITCH:
      if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0) return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is neither on nor off: write one of them", name, value);
      *(uint32_t *)(void *)place = value[1] == 'n';
      return true;
    default:
      return store_number(attribute, place, name, value, failure);
  }
}

static bool set_in(struct machine *machine, unsigned gpu, bool of_machine, const char *rest, const char *name, const char *value, bool making, bool *found, struct failure *failure) {
  const char *dot = strchr(rest, '.');
  if (!dot) return true;
  for (size_t i = 0; i < TOPIC_COUNT; i++) {
    const struct topic *topic = TOPICS[i];
    if (topic->of_machine != of_machine || strlen(topic->name) != (size_t)(dot - rest) || strncmp(topic->name, rest, (size_t)(dot - rest)) != 0) continue;
    for (size_t j = 0; j < topic->attribute_count; j++) {
      const struct attribute *attribute = &topic->attributes[j];
      const unsigned length = making ? attribute->counts[0] : length_of(topic, machine, gpu, attribute);
      char *place = place_of(attribute, length, part_of(topic, machine, gpu), dot + 1);
      if (!place) continue;
      *found = true;
      if (attribute->fixed && !making) return refuse(failure, "INVALID_INPUT", "%s: is fixed when a machine is made: create another machine to have it different", name);
      if (!making) topics_settle(machine, of_machine ? NULL : &machine->gpus[gpu]);
      if (!store(attribute, place, name, value, failure)) return false;
      if (!making && topic->was_set) topic->was_set(machine, of_machine ? NULL : &machine->gpus[gpu], attribute);
      return true;
    }
  }
  return true;
}

static bool set_on_every_gpu(struct machine *machine, const char *rest, const char *value, bool making, struct failure *failure) {
  for (uint32_t gpu = 0; gpu < machine->gpu_count; gpu++) {
    char name[256];
    if ((size_t)snprintf(name, sizeof name, "gpu.%u.%s", gpu, rest) >= sizeof name) return refuse(failure, "INVALID_INPUT", "%s: is too long a name: check its spelling", rest);
    if (!attribute_set(machine, name, value, making, failure)) return false;
  }
  return true;
}

bool attribute_set(struct machine *machine, const char *name, const char *value, bool making, struct failure *failure) {
  if (strncmp(name, "gpu.*.", 6) == 0) return set_on_every_gpu(machine, name + 6, value, making, failure);
  unsigned gpu = 0;
  int used = 0;
  bool found = false;
  const bool of_gpu = sscanf(name, "gpu.%2u.%n", &gpu, &used) == 1 && used > 0;
  /* While it is made, GPUs may be described before they are counted. */
  const unsigned gpus = making && (machine->gpu_count == 0 || machine->gpu_count > GPU_MAX) ? GPU_MAX : machine->gpu_count;
  if (of_gpu && gpu >= gpus) return refuse(failure, "INVALID_INPUT", "%s: there is no GPU %u: name one from 0 to %u", name, gpu, gpus - 1);
  if (!set_in(machine, gpu, !of_gpu, name + (of_gpu ? used : 0), name, value, making, &found, failure)) return false;
  return found || refuse(failure, "INVALID_INPUT", "%s: is not an attribute that this version knows: `gpuwright simulate attributes` lists them all", name);
}

static void value_text(const struct attribute *attribute, const char *place, char *out, size_t size) {
  const uint32_t number = attribute->size >= sizeof(uint32_t) && attribute->kind != ATTRIBUTE_TEXT ? *(const uint32_t *)(const void *)place : 0;
  bool unsupported = false;
  switch (attribute->kind) {
    case ATTRIBUTE_TEXT:
      unsupported = place[0] == 0;
      snprintf(out, size, "%.*s", (int)attribute->size, place);
      break;
    case ATTRIBUTE_U64:
      unsupported = *(const uint64_t *)(const void *)place == UNSUPPORTED_U64;
      snprintf(out, size, "%llu", (unsigned long long)*(const uint64_t *)(const void *)place);
      break;
    case ATTRIBUTE_I32:
      unsupported = (int32_t)number == UNSUPPORTED_I32;
      snprintf(out, size, "%d", (int32_t)number);
      break;
    case ATTRIBUTE_SWITCH:
      unsupported = number == UNSUPPORTED_U32;
      snprintf(out, size, "%s", number ? "on" : "off");
      break;
    case ATTRIBUTE_CHOICE: {
      uint32_t known = 0;
      while (attribute->choices[known]) known++;
      unsupported = number == UNSUPPORTED_U32;
      if (number < known) snprintf(out, size, "%s", attribute->choices[number]);
      else snprintf(out, size, "%u", number);
      break;
    }
    default:
      unsupported = number == UNSUPPORTED_U32;
      snprintf(out, size, "%u", number);
  }
  if (attribute->optional && unsupported) snprintf(out, size, "unsupported");
}

/* The pattern with its indices, `fan.#.speed` → `fan.2.speed`. */
static void name_text(const struct attribute *attribute, const unsigned *indices, char *out, size_t size) {
  size_t at = 0;
  unsigned dimension = 0;
  for (const char *pattern = attribute->name; *pattern && at + 12 < size; pattern++) {
    if (*pattern == '#') at += (size_t)snprintf(out + at, size - at, "%u", indices[dimension++]);
    else out[at++] = *pattern;
  }
  out[at] = 0;
}

static void each_of_topic(const struct topic *topic, const struct machine *machine, unsigned gpu, const char *prefix, void (*each)(const struct attribute_value *, void *), void *context) {
  const char *part = part_of(topic, machine, gpu);
  for (size_t i = 0; i < topic->attribute_count; i++) {
    const struct attribute *attribute = &topic->attributes[i];
    unsigned indices[2] = {0};
    const unsigned first = length_of(topic, machine, gpu, attribute), second = attribute->counts[1] ? attribute->counts[1] : 1;
    for (indices[0] = 0; indices[0] < first; indices[0]++) {
      for (indices[1] = 0; indices[1] < second; indices[1]++) {
        char local[128], name[192], value[2048];
        name_text(attribute, indices, local, sizeof local);
        snprintf(name, sizeof name, "%s%s.%s", prefix, topic->name, local);
        value_text(attribute, part + attribute->offset + indices[0] * attribute->strides[0] + indices[1] * attribute->strides[1], value, sizeof value);
        each(&(struct attribute_value){.name = name, .value = value, .attribute = attribute}, context);
      }
    }
  }
}

void attributes_each(const struct machine *machine, int gpu, void (*each)(const struct attribute_value *, void *), void *context) {
  for (size_t i = 0; i < TOPIC_COUNT; i++)
    if (TOPICS[i]->of_machine && gpu == GPU_ANY) each_of_topic(TOPICS[i], machine, 0, "", each, context);
  for (unsigned index = 0; index < machine->gpu_count; index++) {
    char prefix[16];
    if (gpu != GPU_ANY && (unsigned)gpu != index) continue;
    snprintf(prefix, sizeof prefix, "gpu.%u.", index);
    for (size_t i = 0; i < TOPIC_COUNT; i++)
      if (!TOPICS[i]->of_machine) each_of_topic(TOPICS[i], machine, index, prefix, each, context);
  }
}

static void clear_topic(const struct topic *topic, char *part) {
  for (size_t i = 0; i < topic->attribute_count; i++) {
    const struct attribute *attribute = &topic->attributes[i];
    if (!attribute->optional) continue;
    for (unsigned first = 0; first < (attribute->counts[0] ? attribute->counts[0] : 1); first++)
      for (unsigned second = 0; second < (attribute->counts[1] ? attribute->counts[1] : 1); second++)
        store_unsupported(attribute, part + attribute->offset + first * attribute->strides[0] + second * attribute->strides[1]);
  }
}

void attributes_clear(struct machine *machine) {
  for (size_t i = 0; i < TOPIC_COUNT; i++)
    for (unsigned gpu = 0; gpu < (TOPICS[i]->of_machine ? 1 : GPU_MAX); gpu++) clear_topic(TOPICS[i], part_of(TOPICS[i], machine, gpu));
}

static void copy_topic(const struct topic *topic, char *to, const char *from) {
  for (size_t i = 0; i < topic->attribute_count; i++) {
    const struct attribute *attribute = &topic->attributes[i];
    for (unsigned first = 0; first < (attribute->counts[0] ? attribute->counts[0] : 1); first++)
      for (unsigned second = 0; second < (attribute->counts[1] ? attribute->counts[1] : 1); second++) {
        const size_t at = attribute->offset + first * attribute->strides[0] + second * attribute->strides[1];
        memcpy(to + at, from + at, attribute->size);
      }
  }
}

void attributes_copy(struct machine *to, const struct machine *from) {
  for (size_t i = 0; i < TOPIC_COUNT; i++)
    for (unsigned gpu = 0; gpu < (TOPICS[i]->of_machine ? 1 : to->gpu_count); gpu++) copy_topic(TOPICS[i], part_of(TOPICS[i], to, gpu), part_of(TOPICS[i], from, gpu));
}

/* Calls one hook of every topic, for the machine and for each GPU or the one given. */
#define FOR_TOPICS(hook, one)                                                         \
  for (size_t i = 0; i < TOPIC_COUNT; i++) {                                          \
    if (!TOPICS[i]->hook) continue;                                                    \
    if (TOPICS[i]->of_machine && !(one)) TOPICS[i]->hook(machine, NULL);                \
    for (uint32_t j = 0; !TOPICS[i]->of_machine && j < machine->gpu_count; j++)        \
      if (!(one) || (one) == &machine->gpus[j]) TOPICS[i]->hook(machine, &machine->gpus[j]); \
  }

void topics_made(struct machine *machine) { FOR_TOPICS(made, (struct gpu *)NULL) }
void topics_driver_loaded(struct machine *machine) { FOR_TOPICS(driver_loaded, (struct gpu *)NULL) }
void topics_attached(struct machine *machine, struct gpu *gpu) { FOR_TOPICS(driver_loaded, gpu) }
void topics_gpu_reset(struct machine *machine, struct gpu *gpu) { FOR_TOPICS(gpu_reset, gpu) }
void topics_settle(struct machine *machine, struct gpu *gpu) { FOR_TOPICS(settle, gpu) }

/* No text without its end, no choice that is none; then what each topic knows to be lawful. */
static void repair_attributes(const struct topic *topic, char *part) {
  for (size_t i = 0; i < topic->attribute_count; i++) {
    const struct attribute *attribute = &topic->attributes[i];
    if (attribute->kind != ATTRIBUTE_TEXT) continue;
    for (unsigned first = 0; first < (attribute->counts[0] ? attribute->counts[0] : 1); first++)
      for (unsigned second = 0; second < (attribute->counts[1] ? attribute->counts[1] : 1); second++)
        part[attribute->offset + first * attribute->strides[0] + second * attribute->strides[1] + attribute->size - 1] = 0;
  }
}

void topics_repair(struct machine *machine) {
  for (size_t i = 0; i < TOPIC_COUNT; i++)
    for (uint32_t gpu = 0; gpu < (TOPICS[i]->of_machine ? 1 : machine->gpu_count); gpu++) repair_attributes(TOPICS[i], part_of(TOPICS[i], machine, gpu));
  FOR_TOPICS(repair, (struct gpu *)NULL)
}

bool topics_check(const struct machine *machine, struct failure *failure) {
  for (size_t i = 0; i < TOPIC_COUNT; i++) {
    if (!TOPICS[i]->check) continue;
    if (TOPICS[i]->of_machine && !TOPICS[i]->check(machine, NULL, 0, failure)) return false;
    for (uint32_t j = 0; !TOPICS[i]->of_machine && j < machine->gpu_count; j++)
      if (!TOPICS[i]->check(machine, &machine->gpus[j], j, failure)) return false;
  }
  return true;
}
