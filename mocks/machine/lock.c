/* The machine's one lock: a robust mutex in the file, shared by every process. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "machine.h"

enum { LOCK_SECONDS = 10 };

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

int machine_lock(struct machine *machine) {
  struct timespec deadline;
  int result = pthread_mutex_trylock(&machine->lock.mutex);
  if (result == EBUSY) {
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += LOCK_SECONDS;
    result = pthread_mutex_timedlock(&machine->lock.mutex, &deadline);
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
