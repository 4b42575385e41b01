/* Which metrics there are, and what they come to on a GPU whose work is mostly half-precision matrices. */
#include "gpm.h"

struct metric {
  unsigned id;
  enum gpm_source source;
  unsigned share_percent; /* of the source */
  unsigned nth;           /* of several alike */
  const char *short_name, *long_name, *unit;
};

#define SHARE(id, of, percent, short, long) {NVML_GPM_METRIC_##id, of, percent, 0, short, long, "%"}
#define ENGINE(id, of, nth, short, long) {NVML_GPM_METRIC_##id##_##nth##_UTIL, of, 100, nth, short "_" #nth "_util", long " " #nth " utilization", "%"}
#define EIGHT(id, of, short, long)                                                                                             \
  ENGINE(id, of, 0, short, long), ENGINE(id, of, 1, short, long), ENGINE(id, of, 2, short, long), ENGINE(id, of, 3, short, long), \
      ENGINE(id, of, 4, short, long), ENGINE(id, of, 5, short, long), ENGINE(id, of, 6, short, long), ENGINE(id, of, 7, short, long)
#define RATE(id, of, nth, short, long) {NVML_GPM_METRIC_##id##_PER_SEC, of, 100, nth, short "_per_sec", long, "MiB/s"}
#define LINK(nth)                                                                            \
  RATE(NVLINK_L##nth##_RX, GPM_NVLINK, nth, "nvlink_l" #nth "_rx", "NVLink " #nth " received"), \
      RATE(NVLINK_L##nth##_TX, GPM_NVLINK, nth, "nvlink_l" #nth "_tx", "NVLink " #nth " sent")

static const struct metric METRICS[] = {
    SHARE(GRAPHICS_UTIL, GPM_GPU, 100, "graphics_util", "Graphics and compute engine utilization"),
    SHARE(SM_UTIL, GPM_GPU, 95, "sm_util", "Multiprocessor utilization"),
    SHARE(SM_OCCUPANCY, GPM_GPU, 40, "sm_occupancy", "Multiprocessor occupancy"),
    SHARE(INTEGER_UTIL, GPM_GPU, 15, "integer_util", "Integer unit utilization"),
    SHARE(ANY_TENSOR_UTIL, GPM_GPU, 60, "any_tensor_util", "Tensor core utilization"),
    SHARE(DFMA_TENSOR_UTIL, GPM_GPU, 0, "dfma_tensor_util", "Tensor core utilization, double precision"),
    SHARE(HMMA_TENSOR_UTIL, GPM_GPU, 60, "hmma_tensor_util", "Tensor core utilization, half precision"),
    SHARE(DMMA_TENSOR_UTIL, GPM_GPU, 0, "dmma_tensor_util", "Tensor core utilization, double precision matrices"),
    SHARE(IMMA_TENSOR_UTIL, GPM_GPU, 0, "imma_tensor_util", "Tensor core utilization, integers"),
    SHARE(DRAM_BW_UTIL, GPM_MEMORY, 100, "dram_bw_util", "Memory bandwidth utilization"),
    SHARE(FP64_UTIL, GPM_GPU, 0, "fp64_util", "Double precision unit utilization"),
    SHARE(FP32_UTIL, GPM_GPU, 20, "fp32_util", "Single precision unit utilization"),
    SHARE(FP16_UTIL, GPM_GPU, 5, "fp16_util", "Half precision unit utilization"),
    EIGHT(NVDEC, GPM_DECODER, "nvdec", "Decoder"),
    EIGHT(NVJPG, GPM_JPEG, "nvjpg", "JPEG engine"),
    ENGINE(NVOFA, GPM_OFA, 0, "nvofa", "Optical flow engine"),
    ENGINE(NVOFA, GPM_OFA, 1, "nvofa", "Optical flow engine"),
    ENGINE(NVENC, GPM_ENCODER, 0, "nvenc", "Encoder"),
    ENGINE(NVENC, GPM_ENCODER, 1, "nvenc", "Encoder"),
    ENGINE(NVENC, GPM_ENCODER, 2, "nvenc", "Encoder"),
    ENGINE(NVENC, GPM_ENCODER, 3, "nvenc", "Encoder"),
    RATE(PCIE_TX, GPM_PCIE_TX, 0, "pcie_tx", "PCIe sent"),
    RATE(PCIE_RX, GPM_PCIE_RX, 0, "pcie_rx", "PCIe received"),
    RATE(NVLINK_TOTAL_RX, GPM_NVLINKS, 0, "nvlink_total_rx", "NVLink received, all links"),
    RATE(NVLINK_TOTAL_TX, GPM_NVLINKS, 0, "nvlink_total_tx", "NVLink sent, all links"),
    LINK(0), LINK(1), LINK(2), LINK(3), LINK(4), LINK(5), LINK(6), LINK(7), LINK(8), LINK(9), LINK(10), LINK(11),
    LINK(12), LINK(13), LINK(14), LINK(15), LINK(16), LINK(17), LINK(18), LINK(19), LINK(20), LINK(21), LINK(22), LINK(23),
    LINK(24), LINK(25), LINK(26), LINK(27), LINK(28), LINK(29), LINK(30), LINK(31), LINK(32), LINK(33), LINK(34), LINK(35),
};

static const struct metric *metric_of(unsigned id) {
  for (size_t i = 0; i < sizeof METRICS / sizeof *METRICS; i++)
    if (METRICS[i].id == id) return &METRICS[i];
  return NULL;
}

static bool is_present(const struct gpm_sample *sample, const struct metric *metric) { return sample->present[metric->source] >> metric->nth & 1; }

void gpm_put_metric(const struct gpm_sample *first, const struct gpm_sample *second, nvmlGpmMetric_t *out) {
  const unsigned id = out->metricId;
  const struct metric *metric = metric_of(id);
  *out = (nvmlGpmMetric_t){.metricId = id, .nvmlReturn = id == 0 || id >= NVML_GPM_METRIC_MAX ? NVML_ERROR_INVALID_ARGUMENT : NVML_ERROR_NOT_SUPPORTED};
  if (!metric || !is_present(first, metric) || !is_present(second, metric)) return;
  out->nvmlReturn = NVML_SUCCESS;
  out->value = (first->seen[metric->source] + second->seen[metric->source]) / 2 * metric->share_percent / 100;
  out->metricInfo.shortName = (char *)(uintptr_t)metric->short_name;
  out->metricInfo.longName = (char *)(uintptr_t)metric->long_name;
  out->metricInfo.unit = (char *)(uintptr_t)metric->unit;
}
