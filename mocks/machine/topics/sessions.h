/* The video engines, and who uses them: encoder and frame buffer capture sessions; and whether performance monitoring streams. */
#ifndef GPUWRIGHT_TOPIC_SESSIONS_H
#define GPUWRIGHT_TOPIC_SESSIONS_H

#include <stdint.h>

struct gpu;

enum { SESSIONS_MAX = 4 };
/* NVML's numbers. */
enum codec { CODEC_H264, CODEC_HEVC, CODEC_AV1, CODECS };

/* Of a process on the host, or of a guest on its vGPU. */
struct encoder_session {
  uint32_t id; /* 0: free */
  uint32_t pid, codec, width, height, average_fps, average_latency_us;
};

struct fbc_session {
  uint32_t id; /* 0: free */
  uint32_t pid, head, kind, flags, max_width, max_height, width, height, average_fps, average_latency_us;
};

struct sessions {
  uint32_t encoders, decoders, jpeg_engines, ofa_engines;
  uint32_t encoder_percent[CODECS]; /* what all encoders together can do, of their nominal capacity */
  uint32_t gpm_streaming;
  struct encoder_session encoder[SESSIONS_MAX];
  struct fbc_session fbc[SESSIONS_MAX];
};

extern const struct topic sessions_topic;

/* In the order of NVML's numbers, NULL at the end. */
extern const char *const CODEC_WORDS[], *const CAPTURE_WORDS[];

/* A process is gone, and its sessions with it. */
void sessions_end(struct gpu *gpu, uint32_t pid);

#endif
