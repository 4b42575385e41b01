/* Encoder and frame buffer capture of a vGPU. */
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

/* How many sessions there are, and their means. */
struct totals {
  unsigned count, fps, latency;
};

static struct totals means(struct totals sum) {
  return (struct totals){.count = sum.count, .fps = sum.count ? sum.fps / sum.count : 0, .latency = sum.count ? sum.latency / sum.count : 0};
}

static struct totals encoders(const struct vgpu *vgpu) {
  struct totals sum = {.count = 0};
  for (unsigned i = 0; i < GUEST_SESSIONS_MAX; i++) {
    const struct vgpu_encoder_session *session = &vgpu->encoder_sessions[i];
    if (session->id) sum = (struct totals){sum.count + 1, sum.fps + session->average_fps, sum.latency + session->average_latency_us};
  }
  return means(sum);
}

static struct totals captures(const struct vgpu *vgpu) {
  struct totals sum = {.count = 0};
  for (unsigned i = 0; i < GUEST_SESSIONS_MAX; i++) {
    const struct fbc_session *session = &vgpu->fbc_sessions[i];
    if (session->id) sum = (struct totals){sum.count + 1, sum.fps + session->average_fps, sum.latency + session->average_latency_us};
  }
  return means(sum);
}

ANSWER(nvmlVgpuInstanceGetEncoderStats, unsigned int *sessionCount, unsigned int *averageFps, unsigned int *averageLatency) {
  const struct totals totals = encoders(call->vgpu);
  *sessionCount = totals.count;
  *averageFps = totals.fps;
  *averageLatency = totals.latency;
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetFBCStats, nvmlFBCStats_t *fbcStats) {
  const struct totals totals = captures(call->vgpu);
  *fbcStats = (nvmlFBCStats_t){.sessionsCount = totals.count, .averageFPS = totals.fps, .averageLatency = totals.latency};
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetEncoderSessions, unsigned int *sessionCount, nvmlEncoderSessionInfo_t *sessionInfo) {
  const struct vgpu *vgpu = call->vgpu;
  if (!vgpu_has_room(sessionCount, encoders(vgpu).count)) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < GUEST_SESSIONS_MAX; i++) {
    const struct vgpu_encoder_session *session = &vgpu->encoder_sessions[i];
    if (!session->id) continue;
    *sessionInfo++ = (nvmlEncoderSessionInfo_t){.sessionId = session->id,
                                                .pid = session->pid,
                                                .vgpuInstance = vgpu->id,
                                                .codecType = (nvmlEncoderType_t)session->codec,
                                                .hResolution = session->width,
                                                .vResolution = session->height,
                                                .averageFps = session->average_fps,
                                                .averageLatency = session->average_latency_us};
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlVgpuInstanceGetFBCSessions, unsigned int *sessionCount, nvmlFBCSessionInfo_t *sessionInfo) {
  const struct vgpu *vgpu = call->vgpu;
  if (!vgpu_has_room(sessionCount, captures(vgpu).count)) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < GUEST_SESSIONS_MAX; i++) {
    const struct fbc_session *session = &vgpu->fbc_sessions[i];
    if (!session->id) continue;
    *sessionInfo++ = (nvmlFBCSessionInfo_t){.sessionId = session->id,
                                            .pid = session->pid,
                                            .vgpuInstance = vgpu->id,
                                            .displayOrdinal = session->head,
                                            .sessionType = (nvmlFBCSessionType_t)session->kind,
                                            .sessionFlags = session->flags,
                                            .hMaxResolution = session->max_width,
                                            .vMaxResolution = session->max_height,
                                            .hResolution = session->width,
                                            .vResolution = session->height,
                                            .averageFPS = session->average_fps,
                                            .averageLatency = session->average_latency_us};
  }
  return NVML_SUCCESS;
}
