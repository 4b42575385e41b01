/* Confidential computing: of the host, and of each GPU. */
#ifndef GPUWRIGHT_TOPIC_CC_H
#define GPUWRIGHT_TOPIC_CC_H

#include <stdint.h>

struct cc {
  uint32_t cpu;         /* what its processors can do for it, a choice */
  uint32_t environment; /* a choice */
  uint32_t feature, devtools;
  uint32_t multi_gpu; /* a choice */
  uint32_t accepting_work;
  uint64_t attacker_advantage; /* at which keys are rotated, as an exponent of two */
};

struct gpu_cc {
  uint32_t capable, cec_report;
  uint32_t dram_encryption, dram_encryption_pending;
  uint64_t unprotected_kib;
  uint64_t protected_used_bytes;
};

extern const struct topic cc_topic, gpu_cc_topic;

#endif
