/* GPU performance monitoring: samples, which are objects of the process that asked for them, and what follows from two of them. */
#ifndef GPUWRIGHT_NVML_GPM_H
#define GPUWRIGHT_NVML_GPM_H

#include "api.h"

/* Percentages first; then rates: of each NVLink, and of all together. */
enum gpm_source { GPM_GPU, GPM_MEMORY, GPM_ENCODER, GPM_DECODER, GPM_JPEG, GPM_OFA, GPM_PCIE_TX, GPM_PCIE_RX, GPM_NVLINK, GPM_NVLINKS, GPM_SOURCES };
enum { GPM_PERCENTAGES = GPM_PCIE_TX };

struct gpm_sample {
  int64_t taken_ns; /* 0: nothing was read into it yet */
  uint32_t gpu;
  uint32_t gpu_instance; /* NO_INSTANCE: the whole GPU */
  double seen[GPM_SOURCES];      /* per cent, or MiB a second; of several alike each has this */
  uint64_t present[GPM_SOURCES]; /* a bit for each that there is */
};

/* Fills in everything but the id: the mean of what the samples saw, or why there is none. */
void gpm_put_metric(const struct gpm_sample *first, const struct gpm_sample *second, nvmlGpmMetric_t *metric);

#endif
