/* One loaded copy of this library: which machine it belongs to, how often it was initialised.
 * Process state of that copy; any thread may use it. */
#ifndef GPUWRIGHT_NVML_INSTANCE_H
#define GPUWRIGHT_NVML_INSTANCE_H

#include "machine.h"

/* The machine beside this library; NULL when there is none or it cannot be opened. */
struct machine *instance_machine(void);
bool instance_initialised(void);
/* Both answer a return code of the vendor interface. `flags`: the interface's, of init. */
int instance_init(const char *function, unsigned flags);
int instance_shutdown(const char *function);
/* In a child of fork: makes it a client of its own, once. */
void instance_after_fork(void);

/* What the process holds was obtained from the driver and GPU as they run now. Expects the machine's lock. */
bool instance_is_current(const struct machine *machine, int gpu);
/* The GPU is one of this process's: the driver has it, and did not keep it from new clients when the process came. */
bool instance_sees(const struct machine *machine, unsigned gpu);
/* Somebody looks a GPU up: that takes the GPUs up, if init did not, and makes a GPU that was discovered meanwhile one of this process's. */
void instance_take_up(struct machine *machine, unsigned gpu);
/* This process had the GPU reset: what it holds of it stays good. Expects the machine's lock. */
void instance_keep(struct machine *machine, unsigned gpu);
/* The caller is somebody who may change a GPU: root, unless the machine takes everybody or nobody for it. */
bool instance_may_change(const struct machine *machine);

#endif
