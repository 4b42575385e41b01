/* A program's whole life with the library, opened by its soname: from many threads, through forks, in many pairs of init and shutdown,
 * closed and opened again. Prints one line of JSON: for each part how many things went another way than they must. */
#include <dirent.h>
#include <dlfcn.h>
#include <nvml.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 100, PAIRS = 3000, OPENINGS = 50, FORKS = 30 };

struct library {
  void *handle;
  nvmlReturn_t (*init)(void), (*shutdown)(void), (*count)(unsigned *);
  nvmlReturn_t (*look)(unsigned, nvmlDevice_t *), (*uuid)(nvmlDevice_t, char *, unsigned);
};

static struct library library;
static char known_uuid[96];

/* A function pointer out of an object pointer, which C has no cast for. */
static int find(struct library *found, void *place, const char *name) {
  void *symbol = dlsym(found->handle, name);
  memcpy(place, &symbol, sizeof symbol);
  return symbol != NULL;
}

static int open_library(struct library *found) {
  found->handle = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  return found->handle && find(found, &found->init, "nvmlInit_v2") && find(found, &found->shutdown, "nvmlShutdown") && find(found, &found->count, "nvmlDeviceGetCount_v2") &&
         find(found, &found->look, "nvmlDeviceGetHandleByIndex_v2") && find(found, &found->uuid, "nvmlDeviceGetUUID");
}

static unsigned look(void) {
  nvmlDevice_t device;
  char uuid[96] = "";
  if (library.look(0, &device) != NVML_SUCCESS || library.uuid(device, uuid, sizeof uuid) != NVML_SUCCESS) return 1;
  if (known_uuid[0] == 0) strcpy(known_uuid, uuid);
  return strcmp(known_uuid, uuid) != 0;
}

static void *one_thread(void *wrong) {
  for (int i = 0; i < ROUNDS; i++) {
    *(unsigned *)wrong += library.init() != NVML_SUCCESS;
    *(unsigned *)wrong += look();
    *(unsigned *)wrong += library.shutdown() != NVML_SUCCESS;
  }
  return NULL;
}

static unsigned threads(void) {
  pthread_t all[THREADS];
  unsigned wrong[THREADS] = {0}, sum = 0;
  for (int i = 0; i < THREADS; i++) sum += pthread_create(&all[i], NULL, one_thread, &wrong[i]) != 0;
  for (int i = 0; i < THREADS; i++) pthread_join(all[i], NULL), sum += wrong[i];
  return sum;
}

/* Each init is answered by a shutdown; between the last one and the next init nothing is initialised. */
static unsigned pairs(void) {
  unsigned wrong = 0, count;
  for (int i = 0; i < PAIRS; i++) wrong += library.init() != NVML_SUCCESS;
  for (int i = 0; i < PAIRS; i++) wrong += library.count(&count) != NVML_SUCCESS, wrong += library.shutdown() != NVML_SUCCESS;
  wrong += library.count(&count) != NVML_ERROR_UNINITIALIZED;
  for (int i = 0; i < PAIRS / 10; i++) wrong += library.init() != NVML_SUCCESS, wrong += look(), wrong += library.shutdown() != NVML_SUCCESS;
  return wrong;
}

/* Children of a process that has threads in the library at that moment. */
static unsigned forks(void) {
  pthread_t busy;
  unsigned wrong = 0, in_thread = 0;
  wrong += library.init() != NVML_SUCCESS;
  wrong += pthread_create(&busy, NULL, one_thread, &in_thread) != 0;
  for (int i = 0; i < FORKS; i++) {
    int status = 0;
    const pid_t child = fork();
    if (child == 0) {
      alarm(20);
      /* One takes part, one begins anew, one only leaves. */
      if (i % 3 == 0) _exit((int)look());
      if (i % 3 == 1) _exit(library.init() != NVML_SUCCESS || look() != 0 || library.shutdown() != NVML_SUCCESS);
      _exit(library.shutdown() != NVML_SUCCESS);
    }
    wrong += child < 0 || waitpid(child, &status, 0) != child || status != 0;
    wrong += look();
  }
  pthread_join(busy, NULL);
  wrong += library.shutdown() != NVML_SUCCESS;
  return wrong + in_thread;
}

static unsigned entries(const char *folder) {
  unsigned found = 0;
  DIR *directory = opendir(folder);
  while (directory && readdir(directory)) found++;
  if (directory) closedir(directory);
  return found;
}

static unsigned mappings(void) {
  unsigned found = 0;
  int character;
  FILE *file = fopen("/proc/self/maps", "re");
  while (file && (character = fgetc(file)) != EOF) found += character == '\n';
  if (file) fclose(file);
  return found;
}

/* Whoever opens and closes it again and again keeps neither files nor memory of it. */
static unsigned openings(unsigned *files, unsigned *maps) {
  unsigned wrong = 0, files_before = 0, maps_before = 0;
  for (int i = 0; i < OPENINGS; i++) {
    if (i == OPENINGS / 2) files_before = entries("/proc/self/fd"), maps_before = mappings();
    wrong += !open_library(&library);
    wrong += library.init() != NVML_SUCCESS, wrong += look(), wrong += library.shutdown() != NVML_SUCCESS;
    wrong += dlclose(library.handle) != 0;
  }
  *files = entries("/proc/self/fd") - files_before;
  *maps = mappings() - maps_before;
  return wrong;
}

int main(void) {
  unsigned files, maps;
  if (!open_library(&library)) return 2;
  const unsigned in_threads = threads(), in_pairs = pairs(), in_forks = forks();
  dlclose(library.handle);
  const unsigned in_openings = openings(&files, &maps);
  printf("{\"threads\": %u, \"pairs\": %u, \"forks\": %u, \"openings\": %u, \"files kept\": %u, \"mappings kept\": %u}\n", in_threads, in_pairs, in_forks, in_openings, files, maps);
  return 0;
}
