/* Kinds of work, as they come back period after period. Pure: no state, no clock. */
#ifndef GPUWRIGHT_LOAD_PATTERN_H
#define GPUWRIGHT_LOAD_PATTERN_H

#include <stdint.h>

enum load_pattern { LOAD_AS_SET, LOAD_IDLE, LOAD_STEADY, LOAD_BURST, LOAD_TRAINING };

/* A period is told at this many moments, evenly spaced; between two of them everything goes in a straight line. It divides a second into
 * whole microseconds. */
enum { LOAD_MOMENTS = 64, LOAD_LONGEST_PERIOD_SECONDS = 86400 };

/* In thousandths: of busy, and of the way from idle to all that the board can. */
struct moment {
  uint32_t gpu, memory, power;
};

struct period {
  struct moment moments[LOAD_MOMENTS];
  uint32_t memory_use; /* thousandths of the free memory that the work keeps allocated */
};

/* `level` in percent; `seed` makes two GPUs differ. */
struct period load_period(enum load_pattern pattern, uint32_t level, uint64_t seed);
/* What a pattern has where nobody chose. */
uint32_t load_usual_level(enum load_pattern pattern);
uint32_t load_usual_seconds(enum load_pattern pattern);

#endif
