#ifndef GPUWRIGHT_SHOW_H
#define GPUWRIGHT_SHOW_H

#include <stdio.h>
#include "machine.h"

/* A copy of the machine as JSON, the shape of MachineState in mocks/control/types.ts. Without the lock. */
void show_state(FILE *output, const struct machine *machine);
void show_kernel_log(FILE *output, const struct machine *machine);
/* Simulated processes, an array of MachineProcess. */
void show_processes(FILE *output, const struct machine *machine);
/* Of one GPU, or GPU_ANY: of all. Without the lock. */
void show_readings(FILE *output, const struct machine *machine, int gpu);
/* Nanoseconds since the epoch as an ISO 8601 JSON string. */
void show_time(FILE *output, int64_t ns);
/* A C string as JSON string. */
void show_text(FILE *output, const char *text);

/* The daemon and its partitions; `null` on a host without NVSwitches. */
void show_fabric_manager(FILE *output, const struct machine *machine);

#endif
