/* Machine time: the real clock and an offset that only grows. */
#include <time.h>
#include "machine.h"

int64_t machine_now_ns(const struct machine *machine) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec + machine->clock_offset_ns;
}

bool machine_advance(struct machine *machine, int64_t seconds, struct failure *failure) {
  const int64_t limit = 50LL * 365 * 24 * 3600;
  if (seconds > limit || machine->clock_offset_ns / 1000000000 + seconds > limit)
    return refuse(failure, "INVALID_INPUT", "seconds: %lld would move the machine's clock more than 50 years ahead: give less", (long long)seconds);
  /* Who died before the clock moved left before it moved. */
  clients_sweep(machine);
  machine->clock_offset_ns += seconds * 1000000000;
  return true;
}
