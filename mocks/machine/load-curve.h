/* Power that comes back period after period: how much it is, what it adds up to, and what follows it slowly. Pure. */
#ifndef GPUWRIGHT_LOAD_CURVE_H
#define GPUWRIGHT_LOAD_CURVE_H

#include "load-pattern.h"

struct curve {
  uint32_t milliwatts[LOAD_MOMENTS]; /* the last one leads back to the first */
  uint32_t period_seconds;
};

/* Where a time since the beginning of the first period lies: after which moment, and how far on the way to the next. */
struct place {
  uint32_t moment, next;
  int64_t into_us, step_us;
};
struct place curve_place(uint32_t period_seconds, int64_t time_us);
uint32_t curve_between(struct place place, uint32_t before, uint32_t after);

/* The exact integral from the beginning, in a time that does not depend on how long that is. */
uint64_t curve_millijoules(const struct curve *curve, int64_t until_us);
/* What follows the power with a lag, in milliwatts: `value` at `from_us`. */
double curve_followed(const struct curve *curve, double value, int64_t from_us, int64_t until_us);

#endif
