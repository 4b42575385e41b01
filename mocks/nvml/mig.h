/* Which functions serve a MIG device; the others answer that they do not support one. */
#ifndef GPUWRIGHT_NVML_MIG_H
#define GPUWRIGHT_NVML_MIG_H

#include <stdbool.h>

bool mig_serves(const char *function);

#endif
