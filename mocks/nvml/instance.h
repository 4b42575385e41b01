/* One loaded copy of this library: which machine it belongs to, how often it was initialised.
 * Process state of that copy; any thread may use it. */
#ifndef GPUWRIGHT_NVML_INSTANCE_H
#define GPUWRIGHT_NVML_INSTANCE_H

#include "machine.h"

/* What a handle points at. Its address is the handle; it never goes away. */
struct nvmlDevice_st {
  unsigned index;
};

/* The machine beside this library; NULL when there is none or it cannot be opened. */
struct machine *instance_machine(void);
bool instance_initialised(void);
/* Both answer a return code of the vendor interface. */
int instance_init(const char *function);
int instance_shutdown(const char *function);
/* In a child of fork: makes it a client of its own, once. */
void instance_after_fork(void);

struct nvmlDevice_st *instance_handle(unsigned gpu);
/* The GPU of a handle, or GPU_ANY if this library never gave it out. */
int instance_gpu(const void *handle);
/* What the process holds was obtained from the driver and GPU as they run now. Expects the machine's lock. */
bool instance_is_current(const struct machine *machine, int gpu);

#endif
