/* The part of power's field values that is of smoothing. */
#ifndef GPUWRIGHT_NVML_POWER_SMOOTHING_FIELDS_H
#define GPUWRIGHT_NVML_POWER_SMOOTHING_FIELDS_H

#include "api.h"

/* `id` in today's numbers. */
int power_smoothing_field(const struct call *call, unsigned id, nvmlFieldValue_t *field);

#endif
