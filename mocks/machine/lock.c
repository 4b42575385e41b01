/* The machine's one lock: a robust mutex in the file, shared by every process. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "machine.h"

enum { LOCK_SECONDS = 10, SLICE_MILLISECONDS = 50 };

/* A mutex of one C library means nothing to another: the file says whose it holds. */
uint32_t machine_lock_abi(void) {
#ifdef __GLIBC__
  return 0x100u + (uint32_t)sizeof(pthread_mutex_t);
#else
  return 0x200u + (uint32_t)sizeof(pthread_mutex_t);
#endif
}

void machine_lock_initialise(struct machine *machine) {
  pthread_mutexattr_t attributes;
  memset(&machine->lock, 0, sizeof machine->lock);
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&machine->lock.mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
}

/* A wait is cut into slices, for who waits may be forgotten: a process that is woken and killed before it has the mutex, while a third one
 * takes it, leaves no sign that there are others, and the third wakes nobody. */
static int wait_a_slice(pthread_mutex_t *mutex) {
  struct timespec end;
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += SLICE_MILLISECONDS * 1000000L;
  end.tv_sec += end.tv_nsec / 1000000000;
  end.tv_nsec %= 1000000000;
  return pthread_mutex_timedlock(mutex, &end);
}

static int64_t monotonic_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

int machine_lock(struct machine *machine) {
  int result = pthread_mutex_trylock(&machine->lock.mutex);
  if (result == EBUSY) {
    const int64_t end = monotonic_seconds() + LOCK_SECONDS;
    do result = wait_a_slice(&machine->lock.mutex);
    while (result == ETIMEDOUT && monotonic_seconds() <= end);
  }
  if (result == EOWNERDEAD) {
    /* Repaired before it is declared consistent: should we die meanwhile, the next one repairs again. */
    machine_repair(machine);
    machine->repairs++;
    pthread_mutex_consistent(&machine->lock.mutex);
    result = 0;
  }
  return result;
}

void machine_unlock(struct machine *machine) { pthread_mutex_unlock(&machine->lock.mutex); }

bool host_boot_id(char out[40]) {
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
  memset(out, 0, 40);
  if (!file) return false;
  bool read = fgets(out, 40, file) != NULL;
  fclose(file);
  out[strcspn(out, "\n")] = 0;
  return read;
}
