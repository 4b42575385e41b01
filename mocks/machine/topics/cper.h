/* Error records as firmware reports them: Common Platform Error Records (UEFI specification, appendix N). */
#ifndef GPUWRIGHT_TOPIC_CPER_H
#define GPUWRIGHT_TOPIC_CPER_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;
struct machine;

enum cper_severity { CPER_RECOVERABLE, CPER_FATAL, CPER_CORRECTED, CPER_INFORMATIONAL, CPER_SEVERITIES };
enum { CPERS_KEPT = 64, CPER_BYTES = 232 };

struct cper_record {
  int64_t at_ns;
  uint32_t gpu; /* its place in the machine */
  uint32_t severity;
  uint32_t xid; /* 0: it is about none */
};

struct cper {
  uint64_t written; /* ever; the last CPERS_KEPT are kept */
  struct cper_record kept[CPERS_KEPT];
};

extern const struct topic cper_topic;

void cper_write(struct machine *machine, const struct gpu *gpu, enum cper_severity severity, uint32_t xid);
uint64_t cper_oldest(const struct machine *machine);
/* The record with this number, counted from 0; NULL if there is none, or none any more. */
const struct cper_record *cper_at(const struct machine *machine, uint64_t number);
void cper_encode(const struct machine *machine, uint64_t number, unsigned char out[CPER_BYTES]);

#endif
