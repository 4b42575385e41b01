/* What every mock library needs: which machine it belongs to, and the ends that faults bring to a call. */
#ifndef GPUWRIGHT_LIBRARY_BESIDE_H
#define GPUWRIGHT_LIBRARY_BESIDE_H

#include <limits.h>
#include <stdbool.h>

/* A library in X.lib belongs to the machine X. `within`: anything of the library. Ask at load: the working directory may change later. */
bool machine_beside(const void *within, char path[PATH_MAX]);
void sleep_milliseconds(unsigned milliseconds);
_Noreturn void crash(void);

#endif
