/* Field ids as the driver of a machine numbers them. */
#ifndef GPUWRIGHT_NVML_FIELD_NUMBERS_H
#define GPUWRIGHT_NVML_FIELD_NUMBERS_H

#include "api.h"

/* The id in today's numbers: 575 and 580 put five fields of clocks and power before those of power smoothing, all others behind them. */
static inline unsigned field_today(const struct call *call, unsigned id) {
  enum { MOVED_SINCE = 575, MOVED_BACK_SINCE = 590 };
  const unsigned smoothing = NVML_FI_PWR_SMOOTHING_ENABLED, others = NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN, last = NVML_FI_DEV_POWER_SYNC_BALANCING_AF;
  const unsigned moved = last - others + 1, branch = call->machine->driver_branch;
  if (branch < MOVED_SINCE || branch >= MOVED_BACK_SINCE || id < smoothing || id > last) return id;
  return id < smoothing + moved ? others + (id - smoothing) : id - moved;
}

#endif
