/* Encoder and frame buffer capture of a vGPU. */
#include "sessions.h"
#include "vgpu.h"

ANSWER(nvmlVgpuInstanceGetEncoderCapacity, unsigned int *encoderCapacity) {
  *encoderCapacity = call->vgpu->encoder_capacity_percent;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceSetEncoderCapacity, unsigned int encoderCapacity) {
  if (encoderCapacity > 100) return NVML_ERROR_INVALID_ARGUMENT;
  call->vgpu->encoder_capacity_percent = encoderCapacity;
  return NVML_SUCCESS;
}

static struct session_owner owner_of(const struct vgpu *vgpu) {
  return (struct session_owner){.vgpu = vgpu->id, .encoder = vgpu->encoder_sessions, .fbc = vgpu->fbc_sessions};
}

ANSWER(nvmlVgpuInstanceGetEncoderStats, unsigned int *sessionCount, unsigned int *averageFps, unsigned int *averageLatency) {
  const struct session_owner owner = owner_of(call->vgpu);
  const struct session_means means = encoder_means(&owner, 1);
  *sessionCount = means.count;
  *averageFps = means.fps;
  *averageLatency = means.latency;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetFBCStats, nvmlFBCStats_t *fbcStats) {
  const struct session_owner owner = owner_of(call->vgpu);
  const struct session_means means = fbc_means(&owner, 1);
  *fbcStats = (nvmlFBCStats_t){.sessionsCount = means.count, .averageFPS = means.fps, .averageLatency = means.latency};
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetEncoderSessions, unsigned int *sessionCount, nvmlEncoderSessionInfo_t *sessionInfo) {
  const struct session_owner owner = owner_of(call->vgpu);
  return put_encoder_sessions(&owner, 1, sessionCount, sessionInfo);
}

ANSWER(nvmlVgpuInstanceGetFBCSessions, unsigned int *sessionCount, nvmlFBCSessionInfo_t *sessionInfo) {
  const struct session_owner owner = owner_of(call->vgpu);
  return put_fbc_sessions(&owner, 1, sessionCount, sessionInfo);
}
