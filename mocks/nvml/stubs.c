/* Every name of the interface, answering that it is not supported. Weak: the functions that have state behind them replace theirs.
 * Without prototypes on purpose: of the arguments only the first is looked at, and only compared with the handles we gave out. */
#include "nvml-stubs.inc"
#include "call.h"

enum { NOT_SUPPORTED = 3 };

static int answer(const char *function, const void *first) {
  struct call call;
  const bool on_device = instance_initialised() && instance_gpu(first) != GPU_ANY;
  if (!(on_device ? enter_device(&call, function, first, (struct outputs){0}) : enter_library(&call, function, (struct outputs){0}))) return call.status;
  return leave(&call, NOT_SUPPORTED);
}

#define STUB(name)                                                                                   \
  __attribute__((weak, visibility("default"))) int name(const void *first);                         \
  __attribute__((weak, visibility("default"))) int name(const void *first) { return answer(#name, first); }

NVML_ALL_NAMES(STUB)
