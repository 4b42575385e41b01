/* Encoder and frame buffer capture sessions as NVML tells them, of the host's processes and of guests. */
#ifndef GPUWRIGHT_NVML_SESSIONS_H
#define GPUWRIGHT_NVML_SESSIONS_H

#include "api.h"

/* Of one owner, SESSIONS_MAX places each. */
struct session_owner {
  nvmlVgpuInstance_t vgpu; /* 0: the host */
  const struct encoder_session *encoder;
  const struct fbc_session *fbc;
};

/* How many sessions there are, and their means. */
struct session_means {
  unsigned count, fps, latency;
};

struct session_means encoder_means(const struct session_owner *owners, unsigned count);
struct session_means fbc_means(const struct session_owner *owners, unsigned count);
nvmlReturn_t put_encoder_sessions(const struct session_owner *owners, unsigned count, unsigned *session_count, nvmlEncoderSessionInfo_t *infos);
nvmlReturn_t put_fbc_sessions(const struct session_owner *owners, unsigned count, unsigned *session_count, nvmlFBCSessionInfo_t *infos);

#endif
