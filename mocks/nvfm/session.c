#include "session.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "beside.h"

/* As the real library was seen: these descriptors while initialised, one more a connection; handles count from 2. */
enum { DESCRIPTORS = 4, CONNECTIONS = 1024, FIRST_HANDLE = 2, BEAT_MS = 20 };

struct connection {
  uintptr_t handle; /* 0: free */
  uint32_t run;
  int descriptor;
};

static char machine_path[PATH_MAX]; /* written by the constructor only */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* never held while the machine's lock is taken */
static struct machine *opened;
static atomic_bool initialised, ending;
static pid_t initialised_by;
static pthread_t worker;
static int descriptors[DESCRIPTORS];
static uintptr_t next_handle;
static struct connection connections[CONNECTIONS];

static void in_child(void) { pthread_mutex_init(&mutex, NULL); }

__attribute__((constructor)) static void find_own_machine(void) {
  pthread_atfork(NULL, NULL, in_child);
  machine_beside(&mutex, machine_path);
}

/* It does nothing but be there: who unloads the library under it dies of that, as with the real one. */
static void *work(void *nothing) {
  while (!atomic_load(&ending)) sleep_milliseconds(BEAT_MS);
  return nothing;
}

struct machine *session_machine(void) {
  struct failure failure;
  pthread_mutex_lock(&mutex);
  /* A machine that was replaced by a forced create is left to calls that are still in it. */
  if (machine_path[0] && (!opened || !machine_is_current(opened, machine_path))) opened = machine_open(machine_path, &failure);
  struct machine *machine = opened;
  pthread_mutex_unlock(&mutex);
  return machine;
}

bool session_initialised(void) { return atomic_load(&initialised); }

static bool start_worker(void) {
  atomic_store(&ending, false);
  return pthread_create(&worker, NULL, work, NULL) == 0;
}

int session_begin(void) {
  int status = FM_ST_SUCCESS;
  pthread_mutex_lock(&mutex);
  if (atomic_load(&initialised)) {
    status = FM_ST_IN_USE;
  } else if (!start_worker()) {
    status = FM_ST_GENERIC_ERROR;
  } else {
    for (int i = 0; i < DESCRIPTORS; i++) descriptors[i] = eventfd(0, EFD_CLOEXEC);
    next_handle = FIRST_HANDLE;
    initialised_by = getpid();
    atomic_store(&initialised, true);
  }
  pthread_mutex_unlock(&mutex);
  return status;
}

static void let_go(struct connection *connection) {
  close(connection->descriptor);
  connection->handle = 0;
}

int session_end(void) {
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  /* A child of fork waits for a thread that only its parent has. */
  while (initialised_by != getpid()) pause();
  pthread_mutex_lock(&mutex);
  const bool mine = atomic_exchange(&initialised, false);
  if (mine) {
    atomic_store(&ending, true);
    pthread_join(worker, NULL);
    for (int i = 0; i < DESCRIPTORS; i++) close(descriptors[i]);
    for (int i = 0; i < CONNECTIONS; i++)
      if (connections[i].handle) let_go(&connections[i]);
  }
  pthread_mutex_unlock(&mutex);
  return mine ? FM_ST_SUCCESS : FM_ST_UNINITIALIZED;
}

static struct connection *find(uintptr_t handle) {
  for (int i = 0; i < CONNECTIONS; i++)
    if (connections[i].handle == handle) return &connections[i];
  return NULL;
}

uintptr_t session_connect(uint32_t run) {
  pthread_mutex_lock(&mutex);
  struct connection *connection = find(0);
  const int descriptor = connection ? eventfd(0, EFD_CLOEXEC) : -1;
  const uintptr_t handle = descriptor < 0 ? 0 : next_handle++;
  if (handle) *connection = (struct connection){.handle = handle, .run = run, .descriptor = descriptor};
  pthread_mutex_unlock(&mutex);
  return handle;
}

bool session_disconnect(uintptr_t handle) {
  pthread_mutex_lock(&mutex);
  struct connection *connection = handle ? find(handle) : NULL;
  if (connection) let_go(connection);
  pthread_mutex_unlock(&mutex);
  return connection != NULL;
}

bool session_has(uintptr_t handle, uint32_t *run) {
  pthread_mutex_lock(&mutex);
  const struct connection *connection = handle ? find(handle) : NULL;
  if (connection) *run = connection->run;
  pthread_mutex_unlock(&mutex);
  return connection != NULL;
}
