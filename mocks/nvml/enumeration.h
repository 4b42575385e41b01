/* Which GPU is meant by what people write. */
#ifndef GPUWRIGHT_NVML_ENUMERATION_H
#define GPUWRIGHT_NVML_ENUMERATION_H

#include "machine.h"

/* `dddddddd:bb:dd.f`, shorter domains, and without domain or function. */
bool gpu_has_address(const struct gpu *gpu, const char *text);

#endif
