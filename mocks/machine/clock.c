/* Machine time: the real clock and an offset, or a clock that stands still. It never goes back. */
#include <time.h>
#include "machine.h"

static int64_t real_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t machine_now_ns(const struct machine *machine) { return machine->clock_frozen_ns ? machine->clock_frozen_ns : real_ns() + machine->clock_offset_ns; }

bool machine_advance(struct machine *machine, int64_t milliseconds, struct failure *failure) {
  const int64_t limit = 50LL * 365 * 24 * 3600 * 1000, ahead = (machine_now_ns(machine) - real_ns()) / 1000000;
  if (milliseconds > limit || ahead + milliseconds > limit)
    return refuse(failure, "INVALID_INPUT", "advance: %lld s would move the machine's clock more than 50 years ahead: give less", (long long)(milliseconds / 1000));
  /* Who died before the clock moved left before it moved. */
  clients_sweep(machine);
  if (machine->clock_frozen_ns) machine->clock_frozen_ns += milliseconds * 1000000;
  else machine->clock_offset_ns += milliseconds * 1000000;
  return true;
}

void machine_clock_settle(struct machine *machine) {
  const int64_t millisecond = 1000000;
  if (machine->clock_frozen && !machine->clock_frozen_ns) {
    /* On a whole millisecond, so that what starts then can say when in its attribute. */
    machine->clock_frozen_ns = (machine_now_ns(machine) / millisecond + 1) * millisecond;
  } else if (!machine->clock_frozen && machine->clock_frozen_ns) {
    machine->clock_offset_ns = machine->clock_frozen_ns - real_ns();
    machine->clock_frozen_ns = 0;
  }
}
