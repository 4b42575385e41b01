/* Error records, as many at a time as have room. */
#include <string.h>
#include <strings.h>
#include "api.h"

static bool is_wanted(const struct call *call, const nvmlGetCPER_v1_t *cper, const struct cper_record *record) {
  return !cper->cursor.uuid[0] || strcasecmp(cper->cursor.uuid, call->machine->gpus[record->gpu].board.uuid) == 0;
}

static bool names_a_gpu(const struct call *call, const char *uuid) {
  for (uint32_t i = 0; i < call->machine->gpu_count; i++)
    if (strcasecmp(uuid, call->machine->gpus[i].board.uuid) == 0) return true;
  return false;
}

/* How many bytes all records from `number` on would take. */
static unsigned size_from(const struct call *call, const nvmlGetCPER_v1_t *cper, uint64_t number) {
  unsigned bytes = 0;
  const struct cper_record *record;
  for (; (record = cper_at(call->machine, number)); number++) bytes += is_wanted(call, cper, record) ? CPER_BYTES : 0;
  return bytes;
}

/* The cursor is the number of the record to go on with; 0, where to begin, is that of the first. */
ANSWER(nvmlSystemGetCPER_v1, nvmlGetCPER_v1_t *cper) {
  const unsigned room = cper->buffer ? cper->bufferSize : 0;
  uint64_t number = cper->cursor.handle;
  unsigned used = 0;
  const struct cper_record *record;
  if (cper->cursor.cperTypeMask != NVML_CPER_ACCESS_TYPE_GPU || !memchr(cper->cursor.uuid, 0, sizeof cper->cursor.uuid)) return NVML_ERROR_INVALID_ARGUMENT;
  if (cper->cursor.uuid[0] && !names_a_gpu(call, cper->cursor.uuid)) return NVML_ERROR_INVALID_ARGUMENT;
  if (number < cper_oldest(call->machine)) number = cper_oldest(call->machine);
  const unsigned needed = size_from(call, cper, number);
  for (; used + CPER_BYTES <= room && (record = cper_at(call->machine, number)); number++) {
    if (!is_wanted(call, cper, record)) continue;
    cper_encode(call->machine, number, cper->buffer + used);
    used += CPER_BYTES;
  }
  if (needed > 0 && used == 0) {
    cper->bufferSize = room == 0 ? needed : CPER_BYTES;
    return NVML_ERROR_INSUFFICIENT_SIZE;
  }
  cper->bufferSize = used;
  cper->cursor.handle = number;
  return NVML_SUCCESS;
}
