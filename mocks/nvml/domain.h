/* NVML's clock types as clocks of the machine. */
#ifndef GPUWRIGHT_NVML_DOMAIN_H
#define GPUWRIGHT_NVML_DOMAIN_H

#include "api.h"

/* CLOCK_DOMAINS: no such type. */
static inline enum clock_domain domain_of(nvmlClockType_t type) {
  static const enum clock_domain DOMAIN[] = {
      [NVML_CLOCK_GRAPHICS] = CLOCK_OF_GRAPHICS, [NVML_CLOCK_SM] = CLOCK_OF_SM, [NVML_CLOCK_MEM] = CLOCK_OF_MEMORY, [NVML_CLOCK_VIDEO] = CLOCK_OF_VIDEO};
  return (unsigned)type < NVML_CLOCK_COUNT ? DOMAIN[type] : CLOCK_DOMAINS;
}

#endif
