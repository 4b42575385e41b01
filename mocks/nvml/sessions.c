#include "sessions.h"

static struct session_means means(unsigned count, unsigned fps, unsigned latency) {
  return (struct session_means){.count = count, .fps = count ? fps / count : 0, .latency = count ? latency / count : 0};
}

#define MEANS(name, session_of)                                                                   \
  struct session_means name(const struct session_owner *owners, unsigned count) {                 \
    unsigned found = 0, fps = 0, latency = 0;                                                     \
    for (unsigned i = 0; i < count * SESSIONS_MAX; i++) {                                         \
      const struct session_of##_session *session = &owners[i / SESSIONS_MAX].session_of[i % SESSIONS_MAX]; \
      if (session->id == 0) continue;                                                             \
      found++;                                                                                    \
      fps += session->average_fps;                                                                \
      latency += session->average_latency_us;                                                     \
    }                                                                                             \
    return means(found, fps, latency);                                                            \
  }

MEANS(encoder_means, encoder)
MEANS(fbc_means, fbc)

nvmlReturn_t put_encoder_sessions(const struct session_owner *owners, unsigned count, unsigned *session_count, nvmlEncoderSessionInfo_t *infos) {
  const unsigned room = *session_count;
  *session_count = encoder_means(owners, count).count;
  if (*session_count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < count * SESSIONS_MAX; i++) {
    const struct session_owner *owner = &owners[i / SESSIONS_MAX];
    const struct encoder_session *session = &owner->encoder[i % SESSIONS_MAX];
    if (session->id == 0) continue;
    *infos++ = (nvmlEncoderSessionInfo_t){.sessionId = session->id,
                                          .pid = session->pid,
                                          .vgpuInstance = owner->vgpu,
                                          .codecType = (nvmlEncoderType_t)session->codec,
                                          .hResolution = session->width,
                                          .vResolution = session->height,
                                          .averageFps = session->average_fps,
                                          .averageLatency = session->average_latency_us};
  }
  return NVML_SUCCESS;
}

nvmlReturn_t put_fbc_sessions(const struct session_owner *owners, unsigned count, unsigned *session_count, nvmlFBCSessionInfo_t *infos) {
  const unsigned room = *session_count;
  *session_count = fbc_means(owners, count).count;
  if (*session_count > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (unsigned i = 0; i < count * SESSIONS_MAX; i++) {
    const struct session_owner *owner = &owners[i / SESSIONS_MAX];
    const struct fbc_session *session = &owner->fbc[i % SESSIONS_MAX];
    if (session->id == 0) continue;
    *infos++ = (nvmlFBCSessionInfo_t){.sessionId = session->id,
                                      .pid = session->pid,
                                      .vgpuInstance = owner->vgpu,
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
