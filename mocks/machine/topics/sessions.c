#include <string.h>
#include "attributes.h"
#include "machine.h"

const char *const CODEC_WORDS[] = {[CODEC_H264] = "h264", [CODEC_HEVC] = "hevc", [CODEC_AV1] = "av1", NULL};
const char *const CAPTURE_WORDS[] = {"unknown", "tosys", "cuda", "vid", "hwenc", NULL};

#define NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct sessions, field)}
#define CAPACITY(words, codec) {.name = words, .kind = ATTRIBUTE_U32, .most = 100, .optional = true, ATTRIBUTE_AT(struct sessions, encoder_percent[codec])}
#define ENCODER(words, how, field) .name = "encoder.#." words, .kind = ATTRIBUTE_##how, ATTRIBUTE_EACH(struct sessions, encoder, .field)
#define FBC(words, how, field) .name = "fbc.#." words, .kind = ATTRIBUTE_##how, ATTRIBUTE_EACH(struct sessions, fbc, .field)

static const struct attribute ATTRIBUTES[] = {
    NUMBER("encoders", encoders),
    NUMBER("decoders", decoders),
    NUMBER("jpeg-engines", jpeg_engines),
    NUMBER("ofa-engines", ofa_engines),
    CAPACITY("encoder-capacity.h264-percent", CODEC_H264),
    CAPACITY("encoder-capacity.hevc-percent", CODEC_HEVC),
    CAPACITY("encoder-capacity.av1-percent", CODEC_AV1),
    {.name = "gpm-streaming", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct sessions, gpm_streaming)},

    {ENCODER("id", U32, id)},
    {ENCODER("pid", U32, pid)},
    {ENCODER("codec", CHOICE, codec), .choices = CODEC_WORDS},
    {ENCODER("width", U32, width)},
    {ENCODER("height", U32, height)},
    {ENCODER("average-fps", U32, average_fps)},
    {ENCODER("average-latency-microseconds", U32, average_latency_us)},

    {FBC("id", U32, id)},
    {FBC("pid", U32, pid)},
    {FBC("head", U32, head)},
    {FBC("kind", CHOICE, kind), .choices = CAPTURE_WORDS},
    {FBC("flags", U32, flags)},
    {FBC("max-width", U32, max_width)},
    {FBC("max-height", U32, max_height)},
    {FBC("width", U32, width)},
    {FBC("height", U32, height)},
    {FBC("average-fps", U32, average_fps)},
    {FBC("average-latency-microseconds", U32, average_latency_us)},
};

void sessions_end(struct gpu *gpu, uint32_t pid) {
  struct sessions *sessions = &gpu->sessions;
  for (unsigned i = 0; i < SESSIONS_MAX; i++) {
    if (sessions->encoder[i].pid == pid) memset(&sessions->encoder[i], 0, sizeof sessions->encoder[i]);
    if (sessions->fbc[i].pid == pid) memset(&sessions->fbc[i], 0, sizeof sessions->fbc[i]);
  }
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
