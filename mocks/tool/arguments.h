/* The words after `gpuwright-machine FILE COMMAND`: options with a value, and switches. */
#ifndef GPUWRIGHT_ARGUMENTS_H
#define GPUWRIGHT_ARGUMENTS_H

#include "machine.h"

struct arguments {
  int count;
  char **words;
};

/* Takes `--name VALUE` out of the words; NULL when absent. */
const char *take_option(struct arguments *arguments, const char *name, struct failure *failure);
bool take_switch(struct arguments *arguments, const char *name);
/* The next word that is not an option; NULL when none is left. */
const char *take_word(struct arguments *arguments);
/* Refuses what is left over. */
bool nothing_left(const struct arguments *arguments, struct failure *failure);
bool parse_number(const char *what, const char *text, uint64_t least, uint64_t most, uint64_t *out, struct failure *failure);
/* An option that may be left out: `*given` says whether it was there, `*out` stays as it is if not. */
bool take_number(struct arguments *arguments, const char *name, uint64_t least, uint64_t most, uint64_t *out, bool *given, struct failure *failure);
/* One of some words, NULL at the end, as its place among them; `standard` where it is left out. */
bool take_choice(struct arguments *arguments, const char *name, const char *const *choices, uint32_t standard, uint32_t *out, struct failure *failure);

#endif
