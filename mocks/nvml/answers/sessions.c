/* Video engines: how busy they are, and the sessions on them. */
#include "mig.h"
#include "put.h"
#include "sampling.h"

/* The other flag of capturing has a name in our header. */
enum { CLASSIFICATION_MAP_ENABLED = 2 };

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
  static const enum codec CODEC[] = {[NVML_ENCODER_QUERY_H264] = CODEC_H264, [NVML_ENCODER_QUERY_HEVC] = CODEC_HEVC, [NVML_ENCODER_QUERY_AV1] = CODEC_AV1};
  if ((unsigned)encoderQueryType > NVML_ENCODER_QUERY_AV1) return NVML_ERROR_INVALID_ARGUMENT;
  const uint32_t all = call->gpu->sessions.encoder_percent[CODEC[encoderQueryType]];
  if (all == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  *encoderCapacity = all * (100 - live_now(call->machine, call->gpu).encoder_percent) / 100;
  return NVML_SUCCESS;
}

/* How many there are, and what they do on average. */
struct average {
  unsigned count, fps, latency;
};

static void add(struct average *sum, uint32_t pid, uint32_t fps, uint32_t latency) {
  if (pid == 0) return;
  sum->count++;
  sum->fps += fps;
  sum->latency += latency;
}

static struct average average_of(struct average sum) {
  const unsigned divisor = sum.count ? sum.count : 1;
  return (struct average){.count = sum.count, .fps = sum.fps / divisor, .latency = sum.latency / divisor};
}

static struct average encoding(const struct sessions *sessions) {
  struct average sum = {0};
  for (const struct encoder_session *each = sessions->encoding; each < sessions->encoding + ENCODER_SESSIONS_MAX; each++)
    add(&sum, each->pid, each->frames_per_second, each->latency_microseconds);
  return average_of(sum);
}

static struct average capturing(const struct sessions *sessions) {
  struct average sum = {0};
  for (const struct capture_session *each = sessions->capturing; each < sessions->capturing + CAPTURE_SESSIONS_MAX; each++)
    add(&sum, each->pid, each->frames_per_second, each->latency_microseconds);
  return average_of(sum);
}

ANSWER(nvmlDeviceGetEncoderStats, unsigned int *sessionCount, unsigned int *averageFps, unsigned int *averageLatency) {
  const struct average average = encoding(&call->gpu->sessions);
  *sessionCount = average.count;
  *averageFps = average.fps;
  *averageLatency = average.latency;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetEncoderSessions, unsigned int *sessionCount, nvmlEncoderSessionInfo_t *sessionInfos) {
  static const nvmlEncoderType_t TYPE[] = {[CODEC_H264] = NVML_ENCODER_QUERY_H264, [CODEC_HEVC] = NVML_ENCODER_QUERY_HEVC, [CODEC_AV1] = NVML_ENCODER_QUERY_AV1};
  const struct sessions *sessions = &call->gpu->sessions;
  const unsigned room = *sessionCount;
  *sessionCount = encoding(sessions).count;
  if (*sessionCount > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (const struct encoder_session *each = sessions->encoding; each < sessions->encoding + ENCODER_SESSIONS_MAX; each++) {
    if (each->pid == 0) continue;
    *sessionInfos++ = (nvmlEncoderSessionInfo_t){.sessionId = each->id,
                                                 .pid = each->pid,
                                                 .codecType = TYPE[each->codec],
                                                 .hResolution = each->width_pixels,
                                                 .vResolution = each->height_pixels,
                                                 .averageFps = each->frames_per_second,
                                                 .averageLatency = each->latency_microseconds};
  }
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetFBCStats, nvmlFBCStats_t *fbcStats) {
  const struct average average = capturing(&call->gpu->sessions);
  *fbcStats = (nvmlFBCStats_t){.sessionsCount = average.count, .averageFPS = average.fps, .averageLatency = average.latency};
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetFBCSessions, unsigned int *sessionCount, nvmlFBCSessionInfo_t *sessionInfo) {
  static const nvmlFBCSessionType_t TYPE[] = {[CAPTURE_UNKNOWN] = NVML_FBC_SESSION_TYPE_UNKNOWN, [CAPTURE_TO_SYSTEM] = NVML_FBC_SESSION_TYPE_TOSYS,
                                              [CAPTURE_CUDA] = NVML_FBC_SESSION_TYPE_CUDA, [CAPTURE_VIDEO] = NVML_FBC_SESSION_TYPE_VID,
                                              [CAPTURE_HARDWARE_ENCODER] = NVML_FBC_SESSION_TYPE_HWENC};
  const struct sessions *sessions = &call->gpu->sessions;
  const unsigned room = *sessionCount;
  *sessionCount = capturing(sessions).count;
  if (*sessionCount > room) return NVML_ERROR_INSUFFICIENT_SIZE;
  for (const struct capture_session *each = sessions->capturing; each < sessions->capturing + CAPTURE_SESSIONS_MAX; each++) {
    if (each->pid == 0) continue;
    *sessionInfo++ = (nvmlFBCSessionInfo_t){
        .sessionId = each->id,
        .pid = each->pid,
        .displayOrdinal = each->display,
        .sessionType = TYPE[each->kind],
        .sessionFlags = (each->difference_map ? NVML_NVFBC_SESSION_FLAG_DIFFMAP_ENABLED : 0) | (each->classification_map ? CLASSIFICATION_MAP_ENABLED : 0),
        .hMaxResolution = each->most_width_pixels,
        .vMaxResolution = each->most_height_pixels,
        .hResolution = each->width_pixels,
        .vResolution = each->height_pixels,
        .averageFPS = each->frames_per_second,
        .averageLatency = each->latency_microseconds};
  }
  return NVML_SUCCESS;
}
