#include "load-curve.h"

enum { MICROSECONDS_PER_MOMENT = 1000000 / LOAD_MOMENTS /* of a period of one second */, LAG_MICROSECONDS = 30 * 1000000 };

struct place curve_place(uint32_t period_seconds, int64_t time_us) {
  const int64_t step_us = (int64_t)period_seconds * MICROSECONDS_PER_MOMENT, in_period = time_us % (step_us * LOAD_MOMENTS);
  const uint32_t moment = (uint32_t)(in_period / step_us);
  return (struct place){.moment = moment, .next = (moment + 1) % LOAD_MOMENTS, .into_us = in_period % step_us, .step_us = step_us};
}

uint32_t curve_between(struct place place, uint32_t before, uint32_t after) {
  return (uint32_t)(before + ((int64_t)after - before) * place.into_us / place.step_us);
}

static uint32_t power_at(const struct curve *curve, struct place place) { return curve_between(place, curve->milliwatts[place.moment], curve->milliwatts[place.next]); }

uint64_t curve_millijoules(const struct curve *curve, int64_t until_us) {
  const struct place place = curve_place(curve->period_seconds, until_us);
  const uint64_t periods = (uint64_t)(until_us / (place.step_us * LOAD_MOMENTS));
  /* Trapezoids, doubled: mW · µs are nJ. Over a whole period they are the moments' sum, each for one step. */
  uint64_t all = 0, doubled = (uint64_t)place.into_us * (curve->milliwatts[place.moment] + (uint64_t)power_at(curve, place));
  for (uint32_t at = 0; at < LOAD_MOMENTS; at++) {
    all += curve->milliwatts[at];
    if (at < place.moment) doubled += (uint64_t)place.step_us * (curve->milliwatts[at] + (uint64_t)curve->milliwatts[at + 1]);
  }
  return all * periods * curve->period_seconds / LOAD_MOMENTS + doubled / 2000000;
}

/* One step of a first-order lag, taken backwards: stable however long the step is. */
static double step(double value, double power, int64_t us) { return (value * LAG_MICROSECONDS + power * (double)us) / (LAG_MICROSECONDS + (double)us); }

static double power_of_many(double base, int64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent /= 2, base *= base)
    if (exponent % 2) result *= base;
  return result;
}

/* To the end of the step, or to `until_us` within it. */
static double one_step(const struct curve *curve, double value, int64_t *from_us, int64_t until_us) {
  const struct place place = curve_place(curve->period_seconds, *from_us);
  const int64_t end_us = *from_us - place.into_us + place.step_us;
  if (end_us <= until_us) {
    value = step(value, curve->milliwatts[place.next], end_us - *from_us);
    *from_us = end_us;
  } else {
    value = step(value, power_at(curve, curve_place(curve->period_seconds, until_us)), until_us - *from_us);
    *from_us = until_us;
  }
  return value;
}

double curve_followed(const struct curve *curve, double value, int64_t from_us, int64_t until_us) {
  const int64_t period_us = (int64_t)curve->period_seconds * 1000000;
  while (from_us < until_us && from_us % period_us != 0) value = one_step(curve, value, &from_us, until_us);
  const int64_t periods = from_us < until_us ? (until_us - from_us) / period_us : 0;
  if (periods > 0) {
    /* A period turns a value v into kept · v + added; many periods pull it to where it stays. */
    double kept = 1, added = 0;
    for (int64_t at = from_us; at < from_us + period_us;) added = one_step(curve, added, &at, from_us + period_us);
    for (uint32_t at = 0; at < LOAD_MOMENTS; at++) kept = step(kept, 0, period_us / LOAD_MOMENTS);
    const double settled = added / (1 - kept);
    value = settled + (value - settled) * power_of_many(kept, periods);
    from_us += periods * period_us;
  }
  while (from_us < until_us) value = one_step(curve, value, &from_us, until_us);
  return value;
}
