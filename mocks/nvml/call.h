/* The prologue of every function: initialised? handle? outputs? faults? then the machine's lock.
 *
 *   nvmlReturn_t nvmlDeviceGetX(nvmlDevice_t device, unsigned int *x) {
 *     ENTER_DEVICE(device, OUT(x));
 *     *x = call.gpu->x;
 *     return leave(&call, NVML_SUCCESS);
 *   }
 */
#ifndef GPUWRIGHT_NVML_CALL_H
#define GPUWRIGHT_NVML_CALL_H

#include "instance.h"

struct output {
  void *at;
  size_t bytes;
  bool counted;          /* an array: `bytes` each, `*count` of them; may be NULL only if there are none */
  const unsigned *count;
};
#define OUT(pointer) ((struct output){.at = (void *)(pointer), .bytes = sizeof *(pointer)})
#define OUT_TEXT(pointer, length) ((struct output){.at = (pointer), .bytes = (length)})
#define OUT_ARRAY(pointer, capacity) ((struct output){.at = (void *)(pointer), .bytes = sizeof *(pointer), .counted = true, .count = (capacity)})
/* Something that must not be NULL and is not filled with a pattern. */
#define NEEDED(pointer) ((struct output){.at = (void *)(pointer)})

struct outputs {
  const struct output *list;
  size_t count;
};
#define OUTPUTS(...) \
  ((struct outputs){.list = (const struct output[]){__VA_ARGS__}, .count = sizeof((const struct output[]){__VA_ARGS__}) / sizeof(struct output)})

struct call {
  struct machine *machine;
  struct gpu *gpu; /* NULL for library-wide calls */
  int status;
};

/* True: the machine is locked, go on and end with leave(). False: answer call->status. */
bool enter_library(struct call *call, const char *function, struct outputs outputs);
bool enter_device(struct call *call, const char *function, const void *device, struct outputs outputs);
/* For looking up a handle: `gpu` was found by identity, which never changes; it may be GPU_ANY. */
bool enter_lookup(struct call *call, const char *function, int gpu, struct outputs outputs);
int leave(struct call *call, int status);

/* Serves the faults without holding the lock: 0, or the code of a failing fault. Fills `outputs` for a pattern and tells so by PATTERNED. */
#define PATTERNED (-1)
int call_meet_faults(struct machine *machine, const char *function, int gpu, const struct outputs *outputs);

#define ENTER_LIBRARY(...) \
  struct call call;        \
  if (!enter_library(&call, __func__, OUTPUTS(__VA_ARGS__))) return (nvmlReturn_t)call.status
#define ENTER_DEVICE(device, ...) \
  struct call call;               \
  if (!enter_device(&call, __func__, device, OUTPUTS(__VA_ARGS__))) return (nvmlReturn_t)call.status

/* A text into a caller's buffer, the terminating NUL included. */
int put_text(char *buffer, unsigned length, const char *text);

#endif
