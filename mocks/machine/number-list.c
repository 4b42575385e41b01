#include "number-list.h"
#include <stdlib.h>

static bool read_number(const char **at, unsigned *number) {
  char *end;
  if (**at < '0' || **at > '9') return false;
  const unsigned long value = strtoul(*at, &end, 10);
  if (value >= NUMBERS) return false;
  *number = (unsigned)value;
  *at = end;
  return true;
}

bool numbers_read(const char *text, struct numbers *out) {
  *out = (struct numbers){0};
  while (*text) {
    unsigned first, last;
    if (!read_number(&text, &first)) return false;
    last = first;
    if (*text == '-') {
      text++;
      if (!read_number(&text, &last) || last < first) return false;
    }
    for (unsigned number = first; number <= last; number++) out->bits[number / 64] |= UINT64_C(1) << (number % 64);
    if (*text == ',' && text[1]) text++;
    else if (*text) return false;
  }
  return true;
}

bool numbers_has(const struct numbers *numbers, unsigned number) { return number < NUMBERS && (numbers->bits[number / 64] >> (number % 64) & 1); }
