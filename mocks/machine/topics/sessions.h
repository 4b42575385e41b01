/* The video engines, and who uses them: encoder and frame buffer capture sessions; and whether performance monitoring streams. */
#ifndef GPUWRIGHT_TOPIC_SESSIONS_H
#define GPUWRIGHT_TOPIC_SESSIONS_H

#include <stdint.h>

struct gpu;

enum { ENCODER_SESSIONS_MAX = 4, CAPTURE_SESSIONS_MAX = 4 };
enum codec { CODEC_H264, CODEC_HEVC, CODEC_AV1, CODECS };

struct encoder_session {
  uint32_t pid; /* 0: no session */
  uint32_t id;
  uint32_t codec;
  uint32_t width_pixels, height_pixels, frames_per_second, latency_microseconds;
};

enum capture_kind { CAPTURE_UNKNOWN, CAPTURE_TO_SYSTEM, CAPTURE_CUDA, CAPTURE_VIDEO, CAPTURE_HARDWARE_ENCODER };

struct capture_session {
  uint32_t pid; /* 0: no session */
  uint32_t id;
  uint32_t kind;
  uint32_t display;
  uint32_t difference_map, classification_map;
  uint32_t most_width_pixels, most_height_pixels, width_pixels, height_pixels, frames_per_second, latency_microseconds;
};

struct sessions {
  uint32_t encoders, decoders, jpeg_engines, ofa_engines;
  uint32_t encoder_percent[CODECS]; /* what all encoders together can do, of their nominal capacity */
  uint32_t gpm_streaming;
  struct encoder_session encoding[ENCODER_SESSIONS_MAX];
  struct capture_session capturing[CAPTURE_SESSIONS_MAX];
};

extern const struct topic sessions_topic;

/* A process is gone, and its sessions with it. */
void sessions_end(struct gpu *gpu, uint32_t pid);

#endif
