#include "beside.h"
#include <dlfcn.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool machine_beside(const void *within, char path[PATH_MAX]) {
  static const char SUFFIX[] = ".lib";
  Dl_info info;
  char library[PATH_MAX];
  if (!dladdr(within, &info) || !info.dli_fname || !realpath(info.dli_fname, library)) return false;
  char *slash = strrchr(library, '/');
  if (!slash) return false;
  *slash = 0;
  const size_t length = strlen(library);
  if (length <= strlen(SUFFIX) || strcmp(library + length - strlen(SUFFIX), SUFFIX) != 0) return false;
  memcpy(path, library, length - strlen(SUFFIX));
  path[length - strlen(SUFFIX)] = 0;
  return true;
}

void sleep_milliseconds(unsigned milliseconds) {
  struct timespec left = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  while (nanosleep(&left, &left) != 0) continue;
}

void crash(void) {
  signal(SIGSEGV, SIG_DFL);
  raise(SIGSEGV);
  abort();
}
