#include "handles.h"
#include <stdatomic.h>

enum { POOL = 16384 };

/* Whole GPUs first, at their index, so that the common look-up is one comparison. */
static struct handle pool[POOL];
static atomic_bool given_out[POOL];
static atomic_uint used = GPU_MAX;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* Another thread of the parent may have held it; in the child only one thread exists. */
static void in_child(void) { pthread_mutex_init(&mutex, NULL); }

__attribute__((constructor)) static void name_gpus(void) {
  pthread_atfork(NULL, NULL, in_child);
  for (int i = 0; i < GPU_MAX; i++) pool[i] = (struct handle){.kind = OPERAND_DEVICE, .gpu = i};
}

/* A new place, or else the one that has been forgotten for longest: who kept that pointer kept it for 16,000 handles. */
static unsigned free_place(void) {
  static unsigned next = GPU_MAX;
  const unsigned end = atomic_load(&used);
  if (end < POOL) return end;
  for (unsigned tried = GPU_MAX; tried < POOL; tried++) {
    const unsigned place = next;
    next = next + 1 < POOL ? next + 1 : GPU_MAX;
    if (!atomic_load(&given_out[place])) return place;
  }
  return POOL;
}

struct handle *handle_of_gpu(unsigned gpu) {
  atomic_store(&given_out[gpu], true);
  return &pool[gpu];
}

struct handle *handle_of(enum operand_kind kind, int gpu, bool part, uint64_t id) {
  struct handle *found = NULL;
  pthread_mutex_lock(&mutex);
  const unsigned end = atomic_load(&used);
  for (unsigned i = GPU_MAX; i < end && !found; i++)
    if (atomic_load(&given_out[i]) && pool[i].kind == kind && pool[i].gpu == gpu && pool[i].part == part && pool[i].id == id) found = &pool[i];
  const unsigned place = found ? POOL : free_place();
  if (place < POOL) {
    found = &pool[place];
    *found = (struct handle){.kind = kind, .gpu = gpu, .part = part, .id = id};
    atomic_store(&given_out[place], true);
    if (place == end) atomic_store(&used, end + 1);
  }
  pthread_mutex_unlock(&mutex);
  return found;
}

static unsigned index_of(const void *pointer) {
  const uintptr_t start = (uintptr_t)pool, at = (uintptr_t)pointer;
  if (at < start || at >= start + sizeof pool || (at - start) % sizeof *pool != 0) return POOL;
  return (unsigned)((at - start) / sizeof *pool);
}

const struct handle *handle_known(enum operand_kind kind, const void *pointer) {
  const unsigned index = index_of(pointer);
  if (index >= atomic_load(&used) || !atomic_load(&given_out[index]) || pool[index].kind != kind) return NULL;
  return &pool[index];
}

void handle_forget(const void *pointer) {
  const unsigned index = index_of(pointer);
  if (index < POOL) atomic_store(&given_out[index], false);
}
