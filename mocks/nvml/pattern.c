#include "pattern.h"
#include <string.h>

static void fill(const struct output *output, void *at, size_t bytes, size_t from) {
  for (size_t n = 0; n < bytes; n++) ((unsigned char *)at)[n] = (unsigned char)(from + n + 1 + 37 * output->number);
}

/* The struct but for its pointer and the counts, then what it points to, as if that were an output of its own. */
static void fill_list(const struct output *output) {
  char *start = output->at;
  unsigned capacity, count;
  void *elements;
  memcpy(&capacity, start + output->capacity_at, sizeof capacity);
  memcpy(&elements, start + output->pointer_at, sizeof elements);
  fill(output, start, output->struct_bytes, 0);
  memcpy(start + output->capacity_at, &capacity, sizeof capacity);
  memcpy(start + output->pointer_at, &elements, sizeof elements);
  count = capacity;
  memcpy(start + output->count_at, &count, sizeof count);
  if (elements) fill(output, elements, output->bytes * capacity, 0);
}

void fill_with_pattern(const struct output *output) {
  switch (output->kind) {
    case OUTPUT_PLAIN:
      fill(output, output->at, output->bytes, 0);
      break;
    case OUTPUT_COUNTED:
    case OUTPUT_ASKED:
      if (output->at) fill(output, output->at, output->bytes * *output->count, 0);
      break;
    case OUTPUT_ROOMY: /* one element: there is room for that */
      *output->count = 1;
      if (output->at) fill(output, output->at, output->bytes, 0);
      break;
    case OUTPUT_SIZED:
      if (output->at) fill(output, output->at, output->bytes * (size_t)output->length, 0);
      break;
    case OUTPUT_LIST:
      fill_list(output);
      break;
    default:
      break;
  }
}
