#include "wait.h"
#include <time.h>
#include "api.h"
#include "instance.h"

static int64_t now_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Sleeps without the lock. NVML_ERROR_TIMEOUT: look again. */
static int sleep_once(const struct event_set *set, struct call *call, unsigned milliseconds) {
  const uint32_t seen = atomic_load(&call->machine->events.changes);
  call_unlock(call);
  events_sleep(call->machine, seen, milliseconds);
  if (!call_lock(call)) return NVML_ERROR_UNKNOWN;
  if (!instance_initialised()) return NVML_ERROR_UNINITIALIZED;
  return set->freed ? NVML_ERROR_INVALID_ARGUMENT : NVML_ERROR_TIMEOUT;
}

int wait_on(struct event_set *set, struct call *call, unsigned milliseconds, take_from_set *take, void *out) {
  /* Not longer at once: a writer may die between what it did and waking others. */
  enum { LONGEST_SLEEP = 1000 };
  const int64_t deadline = now_milliseconds() + milliseconds;
  event_set_hold(set);
  int status = take(set, call, out);
  for (int64_t left; status == NVML_ERROR_TIMEOUT && (left = deadline - now_milliseconds()) > 0;) {
    status = sleep_once(set, call, (unsigned)(left < LONGEST_SLEEP ? left : LONGEST_SLEEP));
    if (status == NVML_ERROR_TIMEOUT) status = take(set, call, out);
  }
  if (call->locked) event_set_let_go(set);
  return status;
}
