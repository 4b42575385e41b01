#include "instance.h"
#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "api.h"
#include "beside.h"
#include "event-sets.h"

static char machine_path[PATH_MAX]; /* written by the constructor only */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* taken before the machine's lock, never after it */
static _Atomic(struct machine *) opened;
static atomic_uint init_count;
static atomic_uint coming_or_going; /* threads in init or shutdown */
static atomic_bool forked;
static struct process_identity self; /* written with both locks held */
static atomic_uint driver_generation, gpu_generation[GPU_MAX];
static atomic_bool kept_from_us[GPU_MAX]; /* it was draining when this process came */
static atomic_bool gpus_taken_up;

static void in_child(void) {
  /* Another thread of the parent may have held it; here only this thread exists. */
  pthread_mutex_init(&mutex, NULL);
  atomic_store(&coming_or_going, 0);
  atomic_store(&forked, true);
}

__attribute__((constructor)) static void find_own_machine(void) {
  pthread_atfork(NULL, NULL, in_child);
  machine_beside(&mutex, machine_path);
}

struct machine *instance_machine(void) {
  struct failure failure;
  pthread_mutex_lock(&mutex);
  struct machine *machine = atomic_load(&opened);
  /* A machine that was replaced by a forced create is left to its last users; its mapping stays, a late call may still be in it. */
  if (machine_path[0] && (!machine || (atomic_load(&init_count) == 0 && !machine_is_current(machine, machine_path)))) {
    machine = machine_open(machine_path, &failure);
    atomic_store(&opened, machine);
  }
  pthread_mutex_unlock(&mutex);
  return machine;
}

bool instance_initialised(void) { return atomic_load(&init_count) > 0; }

bool instance_is_current(const struct machine *machine, int gpu) {
  if (!machine->driver_loaded || machine->driver_generation != atomic_load(&driver_generation)) return false;
  return gpu == GPU_ANY || machine->gpus[gpu].generation == atomic_load(&gpu_generation[gpu]);
}

bool instance_sees(const struct machine *machine, unsigned gpu) {
  return !machine->gpus[gpu].removed && !(machine->gpus[gpu].drain.draining && atomic_load(&kept_from_us[gpu]));
}

void instance_take_up(struct machine *machine, unsigned gpu) {
  const struct gpu *looked_up = &machine->gpus[gpu];
  if (!atomic_exchange(&gpus_taken_up, true)) clients_take_up_gpus(machine, &self);
  if (instance_is_current(machine, GPU_ANY) && looked_up->generation == looked_up->drain.discovered) atomic_store(&gpu_generation[gpu], looked_up->generation);
}

void instance_keep(struct machine *machine, unsigned gpu) { atomic_store(&gpu_generation[gpu], machine->gpus[gpu].generation); }

static int come(struct machine *machine, unsigned flags) {
  enum { GPU_NOT_FOUND_BRANCH = 545 };
  const bool gpus = !(flags & NVML_INIT_FLAG_NO_ATTACH);
  bool any = false;
  for (unsigned i = 0; i < machine->gpu_count; i++) {
    atomic_store(&kept_from_us[i], machine->gpus[i].drain.draining);
    any = any || instance_sees(machine, i);
  }
  if (!any && !(flags & NVML_INIT_FLAG_NO_GPUS)) return machine->driver_branch >= GPU_NOT_FOUND_BRANCH ? NVML_ERROR_GPU_NOT_FOUND : NVML_ERROR_DRIVER_NOT_LOADED;
  if (!process_identify((uint32_t)getpid(), &self)) return NVML_ERROR_OPERATING_SYSTEM;
  if (!clients_attach(machine, &self, gpus)) return NVML_ERROR_INSUFFICIENT_RESOURCES;
  atomic_store(&gpus_taken_up, gpus);
  atomic_store(&forked, false);
  event_sets_free_all(machine); /* of the driver before this one */
  return NVML_SUCCESS;
}

/* Expects both locks. */
static int attach(struct machine *machine, unsigned flags) {
  const bool first = atomic_load(&init_count) == 0 || machine->driver_generation != atomic_load(&driver_generation);
  if (!machine->driver_loaded) return NVML_ERROR_DRIVER_NOT_LOADED;
  if (first) {
    const int status = come(machine, flags);
    if (status != NVML_SUCCESS) return status;
  }
  atomic_store(&driver_generation, machine->driver_generation);
  for (unsigned i = 0; i < GPU_MAX; i++) atomic_store(&gpu_generation[i], machine->gpus[i].generation);
  return NVML_SUCCESS;
}

static int come_in(const char *function, unsigned flags) {
  struct machine *machine = instance_machine();
  if (!machine) return NVML_ERROR_DRIVER_NOT_LOADED;
  instance_after_fork();
  int result = call_meet_faults(machine, function, GPU_ANY);
  if (result != NVML_SUCCESS) return result;
  pthread_mutex_lock(&mutex);
  if (machine_lock(machine) != 0) {
    result = NVML_ERROR_TIMEOUT;
  } else {
    result = attach(machine, flags);
    if (result == NVML_SUCCESS) atomic_fetch_add(&init_count, 1);
    machine_unlock(machine);
  }
  pthread_mutex_unlock(&mutex);
  return result;
}

static int go_out(const char *function) {
  if (!instance_initialised()) return NVML_SUCCESS; /* observed in real libraries; the documentation says uninitialized */
  struct machine *machine = atomic_load(&opened);
  instance_after_fork();
  int result = call_meet_faults(machine, function, GPU_ANY);
  if (result != NVML_SUCCESS) return result;
  pthread_mutex_lock(&mutex);
  if (machine_lock(machine) != 0) {
    result = NVML_ERROR_TIMEOUT;
  } else {
    if (atomic_load(&init_count) > 0 && atomic_fetch_sub(&init_count, 1) == 1) {
      if (machine->driver_generation == atomic_load(&driver_generation)) clients_detach(machine, &self);
      event_sets_free_all(machine);
    }
    machine_unlock(machine);
  }
  pthread_mutex_unlock(&mutex);
  return result;
}

int instance_init(const char *function, unsigned flags) {
  atomic_fetch_add(&coming_or_going, 1);
  const int result = come_in(function, flags);
  atomic_fetch_sub(&coming_or_going, 1);
  return result;
}

int instance_shutdown(const char *function) {
  atomic_fetch_add(&coming_or_going, 1);
  const int result = go_out(function);
  atomic_fetch_sub(&coming_or_going, 1);
  return result;
}

/* On dlclose nothing of the machine may stay behind. This runs at exit too, while other threads may still be in here. */
__attribute__((destructor)) static void let_go(void) {
  if (pthread_mutex_trylock(&mutex) != 0) return;
  struct machine *machine = NULL;
  if (atomic_load(&coming_or_going) == 0 && atomic_load(&init_count) == 0) machine = atomic_exchange(&opened, NULL);
  pthread_mutex_unlock(&mutex);
  if (machine) machine_close(machine);
}

void instance_after_fork(void) {
  if (!atomic_load(&forked)) return;
  pthread_mutex_lock(&mutex);
  struct machine *machine = atomic_load(&opened);
  if (atomic_load(&forked) && machine && atomic_load(&init_count) > 0 && machine_lock(machine) == 0) {
    /* Generations are left alone: what was void in the parent is void here. */
    if (instance_is_current(machine, GPU_ANY) && process_identify((uint32_t)getpid(), &self)) clients_attach(machine, &self, atomic_load(&gpus_taken_up));
    machine_unlock(machine);
  }
  atomic_store(&forked, false);
  pthread_mutex_unlock(&mutex);
}

bool instance_may_change(const struct machine *machine) {
  return machine->everybody_is == PERMISSIONS_ROOT || (machine->everybody_is == PERMISSIONS_REAL && geteuid() == 0);
}
