/* The vendor's names and numbers, exported; and the prologue that every function goes through. */
#ifndef GPUWRIGHT_NVML_API_H
#define GPUWRIGHT_NVML_API_H

#define NVML_API __attribute__((visibility("default")))
#include "nvml.h"
#include "call.h"

#endif
