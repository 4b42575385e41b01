/* The vendor's names and numbers, exported; the entry points' prologue; and the form of what is behind them. */
#ifndef GPUWRIGHT_NVML_API_H
#define GPUWRIGHT_NVML_API_H

#define NVML_API __attribute__((visibility("default")))
#include "nvml.h"
#include "call.h"

#define WEAK __attribute__((weak))
#include "nvml-answers.h"

/* What a function answers, in the file of its topic. Its entry point and the prototype of this are generated. */
#define ANSWER(function, ...) nvmlReturn_t answer_##function(struct call *call, ##__VA_ARGS__)

#endif
