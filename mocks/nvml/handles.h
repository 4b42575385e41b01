/* The opaque pointers that this library gives out. They are never freed, so that a stale one is recognised and not followed.
 * Process state of one loaded copy; any thread may use it. */
#ifndef GPUWRIGHT_NVML_HANDLES_H
#define GPUWRIGHT_NVML_HANDLES_H

#include "call.h"

struct handle {
  enum operand_kind kind;
  int gpu;     /* GPU_ANY: of no GPU */
  bool part;   /* a device that is part of the GPU (a MIG device) */
  uint64_t id; /* what it names within its kind */
};

/* The handle of a whole GPU; its address is the same each time. */
struct handle *handle_of_gpu(unsigned gpu);
/* The one handle of this thing, made the first time; NULL when there is no room for more. */
struct handle *handle_of(enum operand_kind kind, int gpu, bool part, uint64_t id);
/* What a pointer names; NULL if this library never gave it out, or as another kind. */
const struct handle *handle_known(enum operand_kind kind, const void *pointer);
/* It names nothing from now on. */
void handle_forget(const void *pointer);

#endif
