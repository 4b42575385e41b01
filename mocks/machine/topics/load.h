/* How busy a GPU is, and what follows from that. */
#ifndef GPUWRIGHT_TOPIC_LOAD_H
#define GPUWRIGHT_TOPIC_LOAD_H

#include <stdint.h>

struct gpu;

struct load {
  uint32_t gpu_percent, memory_percent;
  uint32_t encoder_percent, decoder_percent, jpeg_percent, ofa_percent;
  uint32_t pattern;                       /* enum load_pattern */
  uint32_t level_percent, period_seconds; /* 0: what the pattern usually has */
  uint64_t seed, start_unix_milliseconds; /* where the first period begins */
  /* What the time before the last change came to; from there on all follows from what is set now. */
  int64_t since_ns;
  uint64_t since_millijoules;
  int64_t since_microcelsius;
};

extern const struct topic load_topic;

/* Everything of a GPU that changes by itself, at one moment: the attributes as they were set, or as a load pattern moves them. */
struct live {
  uint32_t gpu_percent, memory_percent;
  uint32_t encoder_percent, decoder_percent, jpeg_percent, ofa_percent;
  uint32_t clock_mhz[4]; /* enum clock_domain */
  uint32_t power_milliwatts;
  uint32_t gpu_celsius;
  uint64_t used_bytes; /* of the memory, without what processes and vGPUs have */
  uint64_t energy_millijoules; /* since the driver was loaded */
};
struct live live_at(const struct machine *machine, const struct gpu *gpu, int64_t time_ns);
struct live live_now(const struct machine *machine, const struct gpu *gpu);
/* Memory in use now, by whomever. */
uint64_t live_used_bytes(const struct machine *machine, const struct gpu *gpu);

/* Before anything is changed that power may depend on: the energy until now was used as things were. */
void load_settle(struct machine *machine, struct gpu *gpu);

#endif
