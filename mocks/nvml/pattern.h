/* The pattern fault: bytes in each output by which a reader shows what it read, and from where. */
#ifndef GPUWRIGHT_NVML_PATTERN_H
#define GPUWRIGHT_NVML_PATTERN_H

#include "call.h"

/* The byte at offset n of the output of parameter k is n + 1 + 37 k (modulo 256). Counts and pointers are the caller's and stay. */
void fill_with_pattern(const struct output *output);

#endif
