#ifndef GPUWRIGHT_CREATE_H
#define GPUWRIGHT_CREATE_H

#include <stdio.h>
#include "machine.h"

/* Writes a new machine beside its place and then puts it there in one step: nobody ever sees half a machine. */
bool machine_create(const char *path, FILE *profile, bool force, struct failure *failure);

#endif
