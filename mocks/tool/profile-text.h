/* The expanded profile as lines `key=value`: `driver=535.129.03`, `gpu.3.uuid=GPU-…`. */
#ifndef GPUWRIGHT_PROFILE_TEXT_H
#define GPUWRIGHT_PROFILE_TEXT_H

#include <stdio.h>
#include "machine.h"

bool profile_read(FILE *input, struct machine *machine, struct failure *failure);

#endif
