/* Video engines: how busy they are, and the sessions on them. */
#include "mig.h"
#include "put.h"
#include "sampling.h"
#include "sessions.h"

#define UTILIZATION(name, field)                                             \
  ANSWER(name, unsigned int *utilization, unsigned int *samplingPeriodUs) {  \
    if (mig_is_on(call) == NVML_SUCCESS) return NVML_ERROR_NOT_SUPPORTED;    \
    *utilization = live_now(call->machine, call->gpu).field;                 \
    *samplingPeriodUs = SAMPLING_PERIOD_US;                                  \
    return NVML_SUCCESS;                                                     \
  }

/* Also where there is no such engine: then it is never busy. But not of a partitioned GPU. */
UTILIZATION(nvmlDeviceGetEncoderUtilization, encoder_percent)
UTILIZATION(nvmlDeviceGetDecoderUtilization, decoder_percent)
UTILIZATION(nvmlDeviceGetJpgUtilization, jpeg_percent)
UTILIZATION(nvmlDeviceGetOfaUtilization, ofa_percent)

ANSWER(nvmlDeviceGetEncoderCapacity, nvmlEncoderType_t encoderQueryType, unsigned int *encoderCapacity) {
  if ((unsigned)encoderQueryType >= CODECS) return NVML_ERROR_INVALID_ARGUMENT;
  const uint32_t all = call->gpu->sessions.encoder_percent[encoderQueryType];
  if (all == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *encoderCapacity = all * (100 - live_now(call->machine, call->gpu).encoder_percent) / 100;
  return NVML_SUCCESS;
}

enum { OWNERS_MAX = 1 + VGPUS_MAX };

/* The host itself, and the guests that run on the GPU. */
static unsigned owners_on(const struct call *call, struct session_owner owners[OWNERS_MAX]) {
  unsigned count = 0;
  owners[count++] = (struct session_owner){.encoder = call->gpu->sessions.encoder, .fbc = call->gpu->sessions.fbc};
  FOR_VGPUS_OF(vgpu, call->machine, call->gpu) owners[count++] = (struct session_owner){.vgpu = vgpu->id, .encoder = vgpu->encoder_sessions, .fbc = vgpu->fbc_sessions};
  return count;
}

ANSWER(nvmlDeviceGetEncoderStats, unsigned int *sessionCount, unsigned int *averageFps, unsigned int *averageLatency) {
  struct session_owner owners[OWNERS_MAX];
  const struct session_means means = encoder_means(owners, owners_on(call, owners));
  *sessionCount = means.count;
  *averageFps = means.fps;
  *averageLatency = means.latency;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetEncoderSessions, unsigned int *sessionCount, nvmlEncoderSessionInfo_t *sessionInfos) {
  struct session_owner owners[OWNERS_MAX];
  return put_encoder_sessions(owners, owners_on(call, owners), sessionCount, sessionInfos);
}

ANSWER(nvmlDeviceGetFBCStats, nvmlFBCStats_t *fbcStats) {
  struct session_owner owners[OWNERS_MAX];
  const struct session_means means = fbc_means(owners, owners_on(call, owners));
  *fbcStats = (nvmlFBCStats_t){.sessionsCount = means.count, .averageFPS = means.fps, .averageLatency = means.latency};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetFBCSessions, unsigned int *sessionCount, nvmlFBCSessionInfo_t *sessionInfo) {
  struct session_owner owners[OWNERS_MAX];
  return put_fbc_sessions(owners, owners_on(call, owners), sessionCount, sessionInfo);
}
