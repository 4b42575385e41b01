#include "load-pattern.h"

/* What stands for a moment of work at full level. `wobble`: by how much it varies. */
struct work {
  uint32_t gpu, memory, power, wobble;
};
static const struct work NOTHING = {.wobble = 8};
static const struct work STEADY = {.gpu = 960, .memory = 520, .power = 820, .wobble = 40};
static const struct work BURST = {.gpu = 980, .memory = 610, .power = 860, .wobble = 20};
static const struct work FORWARD = {.gpu = 970, .memory = 580, .power = 880, .wobble = 20};
static const struct work BACKWARD = {.gpu = 990, .memory = 690, .power = 980, .wobble = 10};
/* Kernels that only wait for other GPUs count as busy, and draw little. */
static const struct work ALL_REDUCE = {.gpu = 900, .memory = 220, .power = 450, .wobble = 40};

/* splitmix64: one seed, many unlike numbers. */
static uint64_t scrambled(uint64_t seed, uint64_t number) {
  uint64_t x = seed + (number + 1) * 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static uint32_t at_level(uint32_t value, uint32_t wobble, uint32_t level) { return (value > wobble ? value - wobble : 0) * level / 100; }

/* Below the value, never above: a level of 100 % is the most that the board can. */
static struct moment moment_of(struct work work, uint32_t level, uint64_t random) {
  const uint32_t wobble = (uint32_t)(random % (work.wobble + 1));
  if (work.gpu == 0) return (struct moment){.power = wobble};
  return (struct moment){at_level(work.gpu, wobble, level), at_level(work.memory, wobble, level), at_level(work.power, wobble, level)};
}

static struct work training(uint32_t at) { return at < 20 ? FORWARD : at < 52 ? BACKWARD : ALL_REDUCE; }

/* Requests come in four quarters of the period; in each, some of the time. */
static struct work burst(uint32_t at, uint64_t seed) {
  enum { QUARTER = LOAD_MOMENTS / 4, SHORTEST = 3, LONGEST = 10 };
  const uint64_t random = scrambled(seed, LOAD_MOMENTS + at / QUARTER);
  const uint32_t length = SHORTEST + (uint32_t)(random % (LONGEST - SHORTEST + 1)), start = (uint32_t)((random >> 32) % (QUARTER - length));
  return at % QUARTER >= start && at % QUARTER < start + length ? BURST : NOTHING;
}

static struct work work_at(enum load_pattern pattern, uint32_t at, uint64_t seed) {
  switch (pattern) {
    case LOAD_STEADY:
      return STEADY;
    case LOAD_BURST:
      return burst(at, seed);
    case LOAD_TRAINING:
      return training(at);
    default:
      return NOTHING;
  }
}

struct period load_period(enum load_pattern pattern, uint32_t level, uint64_t seed) {
  static const uint32_t MEMORY_USE[] = {[LOAD_STEADY] = 600, [LOAD_BURST] = 350, [LOAD_TRAINING] = 920};
  struct period period = {.memory_use = pattern <= LOAD_TRAINING ? MEMORY_USE[pattern] : 0};
  for (uint32_t at = 0; at < LOAD_MOMENTS; at++) period.moments[at] = moment_of(work_at(pattern, at, seed), level, scrambled(seed, at));
  return period;
}

uint32_t load_usual_level(enum load_pattern pattern) { return pattern == LOAD_STEADY ? 80 : 100; }

uint32_t load_usual_seconds(enum load_pattern pattern) { return pattern == LOAD_TRAINING ? 8 : 60; }
