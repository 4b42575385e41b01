#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const CODEC_WORDS[] = {[CODEC_H264] = "h264", [CODEC_HEVC] = "hevc", [CODEC_AV1] = "av1", NULL};
static const char *const CAPTURE_WORDS[] = {
    [CAPTURE_UNKNOWN] = "unknown", [CAPTURE_TO_SYSTEM] = "to-system", [CAPTURE_CUDA] = "cuda", [CAPTURE_VIDEO] = "video", [CAPTURE_HARDWARE_ENCODER] = "hardware-encoder", NULL};

#define NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct sessions, field)}
#define CAPACITY(words, codec) {.name = words, .kind = ATTRIBUTE_U32, .most = 100, .optional = true, ATTRIBUTE_AT(struct sessions, encoder_percent[codec])}
#define ENCODER(words, field) {.name = "encoder." words, .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct sessions, encoding, field)}
#define CAPTURE(words, field) {.name = "capture." words, .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct sessions, capturing, field)}

static const struct attribute ATTRIBUTES[] = {
    NUMBER("encoders", encoders),
    NUMBER("decoders", decoders),
    NUMBER("jpeg-engines", jpeg_engines),
    NUMBER("ofa-engines", ofa_engines),
    CAPACITY("encoder-capacity.h264-percent", CODEC_H264),
    CAPACITY("encoder-capacity.hevc-percent", CODEC_HEVC),
    CAPACITY("encoder-capacity.av1-percent", CODEC_AV1),
    {.name = "gpm-streaming", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct sessions, gpm_streaming)},
    ENCODER("#.pid", .pid),
    ENCODER("#.id", .id),
    {.name = "encoder.#.codec", .kind = ATTRIBUTE_CHOICE, .choices = CODEC_WORDS, ATTRIBUTE_EACH(struct sessions, encoding, .codec)},
    ENCODER("#.width-pixels", .width_pixels),
    ENCODER("#.height-pixels", .height_pixels),
    ENCODER("#.frames-per-second", .frames_per_second),
    ENCODER("#.latency-microseconds", .latency_microseconds),
    CAPTURE("#.pid", .pid),
    CAPTURE("#.id", .id),
    {.name = "capture.#.kind", .kind = ATTRIBUTE_CHOICE, .choices = CAPTURE_WORDS, ATTRIBUTE_EACH(struct sessions, capturing, .kind)},
    CAPTURE("#.display", .display),
    {.name = "capture.#.difference-map", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_EACH(struct sessions, capturing, .difference_map)},
    {.name = "capture.#.classification-map", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_EACH(struct sessions, capturing, .classification_map)},
    CAPTURE("#.maximum-width-pixels", .most_width_pixels),
    CAPTURE("#.maximum-height-pixels", .most_height_pixels),
    CAPTURE("#.width-pixels", .width_pixels),
    CAPTURE("#.height-pixels", .height_pixels),
    CAPTURE("#.frames-per-second", .frames_per_second),
    CAPTURE("#.latency-microseconds", .latency_microseconds),
};

void sessions_end(struct gpu *gpu, uint32_t pid) {
  struct sessions *sessions = &gpu->sessions;
  for (unsigned i = 0; i < ENCODER_SESSIONS_MAX; i++)
    if (sessions->encoding[i].pid == pid) memset(&sessions->encoding[i], 0, sizeof sessions->encoding[i]);
  for (unsigned i = 0; i < CAPTURE_SESSIONS_MAX; i++)
    if (sessions->capturing[i].pid == pid) memset(&sessions->capturing[i], 0, sizeof sessions->capturing[i]);
}

static void stop_streaming(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (gpu->sessions.gpm_streaming != UNSUPPORTED_U32) gpu->sessions.gpm_streaming = 0;
}

const struct topic sessions_topic = {.name = "sessions",
                                     .offset = offsetof(struct gpu, sessions),
                                     .attributes = ATTRIBUTES,
                                     .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                     .driver_loaded = stop_streaming,
                                     .gpu_reset = stop_streaming};
