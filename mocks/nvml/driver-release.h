/* What a driver branch got after its first release; see ADDED_LATER in control/driver-version.ts for functions. */
#ifndef GPUWRIGHT_NVML_DRIVER_RELEASE_H
#define GPUWRIGHT_NVML_DRIVER_RELEASE_H

#include <stdlib.h>
#include <string.h>
#include "machine.h"

/* 261 of 535.261.03 */
static inline bool driver_is_release(const struct machine *machine, unsigned branch, unsigned long release) {
  const char *dot = strchr(machine->driver_version, '.');
  return machine->driver_branch == branch && dot && strtoul(dot + 1, NULL, 10) >= release;
}

#endif
