/* What a driver keeps of the recent past: samples at fixed steps of the machine's clock. */
#ifndef GPUWRIGHT_SAMPLING_H
#define GPUWRIGHT_SAMPLING_H

#include "machine.h"

enum { SAMPLES_KEPT = 120, SAMPLING_PERIOD_US = 167000 };

/* When the newest sample was taken. */
static inline uint64_t sampled_last_us(const struct machine *machine) {
  return (uint64_t)machine_now_ns(machine) / 1000 / SAMPLING_PERIOD_US * SAMPLING_PERIOD_US;
}

#endif
