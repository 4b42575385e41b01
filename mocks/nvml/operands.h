/* Looking operands up. Each kind has two steps: what this process gave out (before faults, without the lock), and what is behind it
 * in the machine (with the lock). Both answer a return code of the vendor interface. */
#ifndef GPUWRIGHT_NVML_OPERANDS_H
#define GPUWRIGHT_NVML_OPERANDS_H

#include "call.h"

/* `*gpu` stays as it is where the operand is of no GPU. */
int operand_known(const struct operand *operand, int *gpu);
/* `nth` counts the device operands from 0. */
int operand_resolve(struct call *call, const struct operand *operand, unsigned nth);

#endif
