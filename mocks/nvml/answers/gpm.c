/* Samples of a GPU's performance counters. */
#include "gpm.h"
#include <stdlib.h>
#include "attributes.h"
#include "handles.h"
#include "mig.h"

static bool is_supported(const struct gpu *gpu) { return gpu->sessions.gpm_streaming != UNSUPPORTED_U32; }

ANSWER(nvmlGpmQueryDeviceSupport, nvmlGpmSupport_t *gpmSupport) {
  gpmSupport->isSupportedDevice = is_supported(call->gpu);
  return NVML_SUCCESS;
}

ANSWER(nvmlGpmQueryIfStreamingEnabled, unsigned int *state) {
  if (!is_supported(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  *state = call->gpu->sessions.gpm_streaming;
  return NVML_SUCCESS;
}

ANSWER(nvmlGpmSetStreamingEnabled, unsigned int state) {
  if (state > 1) return NVML_ERROR_INVALID_ARGUMENT;
  if (!is_supported(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  call->gpu->sessions.gpm_streaming = state;
  return NVML_SUCCESS;
}

static struct handle *handle_of_sample(const struct gpm_sample *sample) { return handle_of(OPERAND_GPM_SAMPLE, GPU_ANY, false, (uintptr_t)sample); }

ANSWER(nvmlGpmSampleAlloc, nvmlGpmSample_t *gpmSample) {
  (void)call;
  struct gpm_sample *sample = calloc(1, sizeof *sample);
  struct handle *handle = sample ? handle_of_sample(sample) : NULL;
  if (!handle) {
    free(sample);
    return NVML_ERROR_MEMORY;
  }
  *gpmSample = (nvmlGpmSample_t)handle;
  return NVML_SUCCESS;
}

/* Whoever uses a sample looks it up and uses it under the machine's lock, as this does. */
ANSWER(nvmlGpmSampleFree) {
  handle_forget(handle_of_sample(call->gpm_sample));
  free(call->gpm_sample);
  return NVML_SUCCESS;
}

static uint64_t first_bits(uint32_t count) { return count < 64 ? (1ull << count) - 1 : UINT64_MAX; }

static double mebibytes(double bytes) { return bytes / (1 << 20); }

static void read_pcie(const struct call *call, struct gpm_sample *sample) {
  static const enum gpm_source SOURCE[] = {[PCIE_TX] = GPM_PCIE_TX, [PCIE_RX] = GPM_PCIE_RX};
  for (int direction = 0; direction < PCIE_DIRECTIONS; direction++) {
    const uint32_t kilobytes = pcie_throughput(call->machine, call->gpu, (enum pcie_direction)direction);
    if (kilobytes == UNSUPPORTED_U32) continue;
    sample->present[SOURCE[direction]] = 1;
    sample->seen[SOURCE[direction]] = mebibytes(kilobytes * 1000.0);
  }
}

/* A busy GPU sends and receives over each of its links alike. */
static void read_nvlink(const struct call *call, struct gpm_sample *sample) {
  enum { BUSY_PERCENT = 20 };
  const struct nvlink *nvlink = &call->gpu->nvlink;
  unsigned up = 0;
  if (nvlink_generation(call->gpu) == 0) return;
  for (unsigned i = 0; i < nvlink->link_count && i < NVLINK_LINKS; i++) {
    if (!nvlink_is_up(&nvlink->links[i])) continue;
    sample->present[GPM_NVLINK] |= 1ull << i;
    up++;
  }
  sample->present[GPM_NVLINKS] = 1;
  sample->seen[GPM_NVLINK] = mebibytes(nvlink->speed_megabytes * 1e6) * BUSY_PERCENT / 100 * sample->seen[GPM_GPU] / 100;
  sample->seen[GPM_NVLINKS] = up * sample->seen[GPM_NVLINK];
}

static void read_gpu(const struct call *call, struct gpm_sample *sample) {
  const struct sessions *sessions = &call->gpu->sessions;
  const struct live live = live_at(call->machine, call->gpu, sample->taken_ns);
  const uint32_t counts[GPM_PERCENTAGES] = {1, 1, sessions->encoders, sessions->decoders, sessions->jpeg_engines, sessions->ofa_engines};
  const uint32_t percents[GPM_PERCENTAGES] = {live.gpu_percent, live.memory_percent, live.encoder_percent, live.decoder_percent, live.jpeg_percent, live.ofa_percent};
  sample->gpu_instance = NO_INSTANCE;
  for (int source = 0; source < GPM_PERCENTAGES; source++) {
    sample->present[source] = first_bits(counts[source]);
    sample->seen[source] = percents[source];
  }
  read_pcie(call, sample);
  read_nvlink(call, sample);
}

/* Load is the whole GPU's: of an instance one knows what its processes do. */
static void read_instance(const struct call *call, const struct gpu_instance *instance, struct gpm_sample *sample) {
  const struct gpu_profile *profile = gpu_profile_of(&call->gpu->mig, instance);
  const uint32_t counts[GPM_PERCENTAGES] = {1, 1, profile->encoders, profile->decoders, profile->jpegs, profile->ofas};
  sample->gpu_instance = gpu_instance_id(&call->gpu->mig, instance);
  for (int source = 0; source < GPM_PERCENTAGES; source++) sample->present[source] = first_bits(counts[source]);
  FOR_PROCESSES(process, call->machine, call->gpu) {
    const uint32_t percents[GPM_PERCENTAGES] = {process->sm_percent,      process->memory_percent, process->encoder_percent,
                                                process->decoder_percent, process->jpeg_percent,   process->ofa_percent};
    if (process->gpu_instance != sample->gpu_instance) continue;
    for (int source = 0; source < GPM_PERCENTAGES; source++) {
      const double sum = sample->seen[source] + percents[source];
      sample->seen[source] = sum < 100 ? sum : 100;
    }
  }
}

static void begin(const struct call *call) {
  *call->gpm_sample = (struct gpm_sample){.taken_ns = machine_now_ns(call->machine), .gpu = (uint32_t)(call->gpu - call->machine->gpus)};
}

ANSWER(nvmlGpmSampleGet) {
  if (!is_supported(call->gpu)) return NVML_ERROR_NOT_SUPPORTED;
  begin(call);
  read_gpu(call, call->gpm_sample);
  return NVML_SUCCESS;
}

ANSWER(nvmlGpmMigSampleGet, unsigned int gpuInstanceId) {
  const struct mig *mig = &call->gpu->mig;
  if (!is_supported(call->gpu) || mig_is_on(call) != NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;
  for (unsigned i = 0; i < GPU_INSTANCES_MAX; i++) {
    const struct gpu_instance *instance = &mig->gpu_instances[i];
    if (instance->profile == UNSUPPORTED_U32 || gpu_instance_id(mig, instance) != gpuInstanceId) continue;
    begin(call);
    read_instance(call, instance, call->gpm_sample);
    return NVML_SUCCESS;
  }
  return NVML_ERROR_INVALID_ARGUMENT;
}

static const struct gpm_sample *taken(nvmlGpmSample_t pointer) {
  const struct handle *handle = handle_known(OPERAND_GPM_SAMPLE, pointer);
  const struct gpm_sample *sample = handle ? (const struct gpm_sample *)(uintptr_t)handle->id : NULL;
  return sample && sample->taken_ns ? sample : NULL;
}

ANSWER(nvmlGpmMetricsGet, nvmlGpmMetricsGet_t *metricsGet) {
  (void)call;
  const struct gpm_sample *first = taken(metricsGet->sample1), *second = taken(metricsGet->sample2);
  if (metricsGet->numMetrics == 0 || metricsGet->numMetrics > NVML_GPM_METRIC_MAX || !first || !second) return NVML_ERROR_INVALID_ARGUMENT;
  if (first->gpu != second->gpu || first->gpu_instance != second->gpu_instance || second->taken_ns <= first->taken_ns) return NVML_ERROR_INVALID_ARGUMENT;
  for (unsigned i = 0; i < metricsGet->numMetrics; i++) gpm_put_metric(first, second, &metricsGet->metrics[i]);
  return NVML_SUCCESS;
}
