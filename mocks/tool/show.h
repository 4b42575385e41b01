#ifndef GPUWRIGHT_SHOW_H
#define GPUWRIGHT_SHOW_H

#include <stdio.h>
#include "machine.h"

/* A copy of the machine as JSON, the shape of MachineState in mocks/control/types.ts. Without the lock. */
void show_state(FILE *output, const struct machine *machine);
void show_kernel_log(FILE *output, const struct machine *machine);
/* A C string as JSON string. */
void show_text(FILE *output, const char *text);

#endif
