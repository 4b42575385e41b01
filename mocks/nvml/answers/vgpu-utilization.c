/* How busy vGPUs and the processes in them are: one sample a second. */
#include "put.h"
#include "vgpu.h"

enum { SAMPLE_US = 1000000, NS_PER_US = 1000 };

static unsigned long long sampled_at_us(const struct call *call) {
  return (unsigned long long)(machine_now_ns(call->machine) / NS_PER_US / SAMPLE_US) * SAMPLE_US;
}

static unsigned count_vgpus(const struct call *call) {
  uint32_t ids[VGPUS_MAX];
  return vgpu_list_running(call, NULL, ids);
}

/* Without a sample since then, or with nothing that runs, there is nothing to fill in. */
static nvmlReturn_t prepare(const struct call *call, unsigned long long last_seen_us, unsigned found, unsigned int *count) {
  if (!vgpu_is_host(call)) return NVML_ERROR_NOT_SUPPORTED;
  if (found > 0 && last_seen_us >= sampled_at_us(call)) return NVML_ERROR_NOT_FOUND;
  return vgpu_has_room(count, found) ? NVML_SUCCESS : NVML_ERROR_INSUFFICIENT_SIZE;
}

ANSWER(nvmlDeviceGetVgpuUtilization, unsigned long long lastSeenTimeStamp, nvmlValueType_t *sampleValType, unsigned int *vgpuInstanceSamplesCount,
       nvmlVgpuInstanceUtilizationSample_t *utilizationSamples) {
  const nvmlReturn_t status = prepare(call, lastSeenTimeStamp, count_vgpus(call), vgpuInstanceSamplesCount);
  *sampleValType = NVML_VALUE_TYPE_UNSIGNED_INT;
  if (status != NVML_SUCCESS) return status;
  FOR_VGPUS_OF(vgpu, call->machine, call->gpu)
    *utilizationSamples++ = (nvmlVgpuInstanceUtilizationSample_t){.vgpuInstance = vgpu->id,
                                                                  .timeStamp = sampled_at_us(call),
                                                                  .smUtil.uiVal = vgpu->busy.sm,
                                                                  .memUtil.uiVal = vgpu->busy.memory,
                                                                  .encUtil.uiVal = vgpu->busy.encoder,
                                                                  .decUtil.uiVal = vgpu->busy.decoder};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetVgpuInstancesUtilizationInfo, nvmlVgpuInstancesUtilizationInfo_v1_t *vgpuUtilInfo) {
  nvmlVgpuInstanceUtilizationInfo_v1_t *to = vgpuUtilInfo->vgpuUtilArray;
  const nvmlReturn_t status = prepare(call, vgpuUtilInfo->lastSeenTimeStamp, count_vgpus(call), &vgpuUtilInfo->vgpuInstanceCount);
  vgpuUtilInfo->sampleValType = NVML_VALUE_TYPE_UNSIGNED_INT;
  if (status != NVML_SUCCESS) return status;
  FOR_VGPUS_OF(vgpu, call->machine, call->gpu)
    *to++ = (nvmlVgpuInstanceUtilizationInfo_v1_t){.vgpuInstance = vgpu->id,
                                                   .timeStamp = sampled_at_us(call),
                                                   .smUtil.uiVal = vgpu->busy.sm,
                                                   .memUtil.uiVal = vgpu->busy.memory,
                                                   .encUtil.uiVal = vgpu->busy.encoder,
                                                   .decUtil.uiVal = vgpu->busy.decoder,
                                                   .jpgUtil.uiVal = vgpu->busy.jpeg,
                                                   .ofaUtil.uiVal = vgpu->busy.ofa};
  return NVML_SUCCESS;
}

/* Idle and ended processes are left out. */
static bool is_busy(const struct guest_process *process) {
  const struct engine_percents *busy = &process->busy;
  return process->pid && !process->ended_unix_ms && (busy->sm || busy->memory || busy->encoder || busy->decoder || busy->jpeg || busy->ofa);
}

struct busy_process {
  uint32_t vgpu;
  const struct guest_process *process;
};

static unsigned busy_processes(const struct call *call, struct busy_process out[VGPUS_MAX * GUEST_PROCESSES_MAX]) {
  unsigned count = 0;
  FOR_VGPUS_OF(vgpu, call->machine, call->gpu)
    for (unsigned i = 0; i < GUEST_PROCESSES_MAX; i++)
      if (is_busy(&vgpu->processes[i])) out[count++] = (struct busy_process){vgpu->id, &vgpu->processes[i]};
  return count;
}

/* What both structs have. */
#define PUT_PROCESS(out, from)                                                                       \
  do {                                                                                               \
    (out)->vgpuInstance = (from)->vgpu;                                                              \
    (out)->pid = (from)->process->pid;                                                               \
    (out)->timeStamp = sampled_at_us(call);                                                          \
    (out)->smUtil = (from)->process->busy.sm;                                                        \
    (out)->memUtil = (from)->process->busy.memory;                                                   \
    (out)->encUtil = (from)->process->busy.encoder;                                                  \
    (out)->decUtil = (from)->process->busy.decoder;                                                  \
    put_text((out)->processName, sizeof (out)->processName, (from)->process->name);                  \
  } while (0)

ANSWER(nvmlDeviceGetVgpuProcessUtilization, unsigned long long lastSeenTimeStamp, unsigned int *vgpuProcessSamplesCount, nvmlVgpuProcessUtilizationSample_t *utilizationSamples) {
  struct busy_process busy[VGPUS_MAX * GUEST_PROCESSES_MAX];
  const unsigned count = busy_processes(call, busy);
  const nvmlReturn_t status = prepare(call, lastSeenTimeStamp, count, vgpuProcessSamplesCount);
  if (status != NVML_SUCCESS) return status;
  for (unsigned i = 0; i < count; i++) PUT_PROCESS(&utilizationSamples[i], &busy[i]);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetVgpuProcessesUtilizationInfo, nvmlVgpuProcessesUtilizationInfo_v1_t *vgpuProcUtilInfo) {
  struct busy_process busy[VGPUS_MAX * GUEST_PROCESSES_MAX];
  const unsigned count = busy_processes(call, busy);
  const nvmlReturn_t status = prepare(call, vgpuProcUtilInfo->lastSeenTimeStamp, count, &vgpuProcUtilInfo->vgpuProcessCount);
  if (status != NVML_SUCCESS) return status;
  for (unsigned i = 0; i < count; i++) {
    PUT_PROCESS(&vgpuProcUtilInfo->vgpuProcUtilArray[i], &busy[i]);
    vgpuProcUtilInfo->vgpuProcUtilArray[i].jpgUtil = busy[i].process->busy.jpeg;
    vgpuProcUtilInfo->vgpuProcUtilArray[i].ofaUtil = busy[i].process->busy.ofa;
  }
  return NVML_SUCCESS;
}
