#include "arguments.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void drop(struct arguments *arguments, int at, int count) {
  memmove(&arguments->words[at], &arguments->words[at + count], sizeof(char *) * (size_t)(arguments->count - at - count));
  arguments->count -= count;
}

const char *take_option(struct arguments *arguments, const char *name, struct failure *failure) {
  for (int i = 0; i < arguments->count; i++) {
    if (strcmp(arguments->words[i], name) != 0) continue;
    if (i + 1 >= arguments->count) {
      refuse(failure, "INVALID_INPUT", "%s: its value is missing: write one after it", name);
      return NULL;
    }
    const char *value = arguments->words[i + 1];
    drop(arguments, i, 2);
    return value;
  }
  return NULL;
}

bool take_switch(struct arguments *arguments, const char *name) {
  for (int i = 0; i < arguments->count; i++) {
    if (strcmp(arguments->words[i], name) != 0) continue;
    drop(arguments, i, 1);
    return true;
  }
  return false;
}

const char *take_word(struct arguments *arguments) {
  if (arguments->count == 0 || strncmp(arguments->words[0], "--", 2) == 0) return NULL;
  const char *word = arguments->words[0];
  drop(arguments, 0, 1);
  return word;
}

bool nothing_left(const struct arguments *arguments, struct failure *failure) {
  if (arguments->count == 0) return true;
  return refuse(failure, "INVALID_INPUT", "%s: not an argument of this command: leave it out", arguments->words[0]);
}

bool parse_number(const char *what, const char *text, uint64_t least, uint64_t most, uint64_t *out, struct failure *failure) {
  char *end;
  if (!text) return refuse(failure, "INVALID_INPUT", "%s: missing: give a number from %llu to %llu", what, (unsigned long long)least, (unsigned long long)most);
  errno = 0;
  /* Base by prefix would read 010 as eight. */
  const int base = strncmp(text, "0x", 2) == 0 || strncmp(text, "0X", 2) == 0 ? 16 : 10;
  unsigned long long number = strtoull(text, &end, base);
  if (text[0] < '0' || text[0] > '9' || *end != 0 || errno != 0)
    return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is not a whole number: give one from %llu to %llu", what, text, (unsigned long long)least, (unsigned long long)most);
  if (number < least || number > most)
    return refuse(failure, "INVALID_INPUT", "%s: %s is out of range: give a number from %llu to %llu", what, text, (unsigned long long)least, (unsigned long long)most);
  *out = number;
  return true;
}

bool take_number(struct arguments *arguments, const char *name, uint64_t least, uint64_t most, uint64_t *out, bool *given, struct failure *failure) {
  failure->code = NULL;
  const char *text = take_option(arguments, name, failure);
  *given = text != NULL;
  if (failure->code) return false;
  return !text || parse_number(name, text, least, most, out, failure);
}

bool take_choice(struct arguments *arguments, const char *name, const char *const *choices, uint32_t standard, uint32_t *out, struct failure *failure) {
  char all[256] = "";
  failure->code = NULL;
  const char *text = take_option(arguments, name, failure);
  *out = standard;
  if (failure->code || !text) return !failure->code;
  for (*out = 0; choices[*out]; ++*out) {
    if (strcmp(choices[*out], text) == 0) return true;
    snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", *out ? ", " : "", choices[*out]);
  }
  return refuse(failure, "INVALID_INPUT", "%s: \"%s\" is none of its words: choose %s", name, text, all);
}
