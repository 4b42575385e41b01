/* Sets of small numbers as Linux writes them: `0-15,32,34-35`. */
#ifndef GPUWRIGHT_NUMBER_LIST_H
#define GPUWRIGHT_NUMBER_LIST_H

#include <stdbool.h>
#include <stdint.h>

enum { NUMBERS = 1024 };
struct numbers {
  uint64_t bits[NUMBERS / 64];
};

/* False: it is no list, or has a number from NUMBERS on. An empty text is the empty set. */
bool numbers_read(const char *text, struct numbers *out);
bool numbers_has(const struct numbers *numbers, unsigned number);

#endif
