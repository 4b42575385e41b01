#include "cper.h"
#include <string.h>
#include <time.h>
#include "attributes.h"
#include "machine.h"

enum { HEADER_BYTES = 128, DESCRIPTOR_BYTES = 72, SECTION_BYTES = CPER_BYTES - HEADER_BYTES - DESCRIPTOR_BYTES };
enum { TIMESTAMP_IS_VALID = 1 << 1, RECORD_IS_SIMULATED = 1 << 2, SECTION_IS_PRIMARY = 1 << 0, FRU_TEXT_IS_VALID = 1 << 1 };

void cper_write(struct machine *machine, const struct gpu *gpu, enum cper_severity severity, uint32_t xid) {
  struct cper *cper = &machine->cper;
  cper->kept[cper->written % CPERS_KEPT] =
      (struct cper_record){.at_ns = machine_now_ns(machine), .gpu = (uint32_t)(gpu - machine->gpus), .severity = severity, .xid = xid};
  cper->written++;
}

uint64_t cper_oldest(const struct machine *machine) { return machine->cper.written > CPERS_KEPT ? machine->cper.written - CPERS_KEPT : 0; }

const struct cper_record *cper_at(const struct machine *machine, uint64_t number) {
  if (number >= machine->cper.written || number < cper_oldest(machine)) return NULL;
  return &machine->cper.kept[number % CPERS_KEPT];
}

static void put(unsigned char *at, uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; i++) at[i] = (unsigned char)(value >> 8 * i);
}

static unsigned char decimal(int two_digits) { return (unsigned char)(two_digits / 10 << 4 | two_digits % 10); }

static void put_time(unsigned char *at, int64_t ns) {
  const time_t seconds = (time_t)(ns / 1000000000);
  struct tm parts;
  gmtime_r(&seconds, &parts);
  const int year = parts.tm_year + 1900;
  const unsigned char stamp[] = {decimal(parts.tm_sec),  decimal(parts.tm_min),     decimal(parts.tm_hour), 1 /* exact */,
                                 decimal(parts.tm_mday), decimal(parts.tm_mon + 1), decimal(year % 100),    decimal(year / 100)};
  memcpy(at, stamp, sizeof stamp);
}

/* Platform, creator, kinds of notification and section stay without ids: nobody has given a simulated one any. */
void cper_encode(const struct machine *machine, uint64_t number, unsigned char out[CPER_BYTES]) {
  const struct cper_record *record = cper_at(machine, number);
  const struct gpu *gpu = &machine->gpus[record->gpu];
  unsigned char *descriptor = out + HEADER_BYTES, *section = descriptor + DESCRIPTOR_BYTES;
  memset(out, 0, CPER_BYTES);
  memcpy(out, "CPER", 4);
  put(out + 4, 0x0101, 2);      /* revision */
  put(out + 6, 0xffffffffu, 4); /* end of the signature */
  put(out + 10, 1, 2);          /* sections */
  put(out + 12, record->severity, 4);
  put(out + 16, TIMESTAMP_IS_VALID, 4);
  put(out + 20, CPER_BYTES, 4);
  put_time(out + 24, record->at_ns);
  put(out + 96, number + 1, 8); /* record id */
  put(out + 104, RECORD_IS_SIMULATED, 4);
  put(descriptor, HEADER_BYTES + DESCRIPTOR_BYTES, 4);
  put(descriptor + 4, SECTION_BYTES, 4);
  put(descriptor + 8, 0x0300, 2); /* revision */
  descriptor[10] = FRU_TEXT_IS_VALID;
  put(descriptor + 12, SECTION_IS_PRIMARY, 4);
  put(descriptor + 48, record->severity, 4);
  strncpy((char *)descriptor + 52, gpu->board.serial, 19);
  strncpy((char *)section, "SIMULATED", 16);
  put(section + 16, record->xid, 4);
  put(section + 20, gpu->pcie.domain, 4);
  put(section + 24, gpu->pcie.bus, 4);
  put(section + 28, gpu->pcie.device, 4);
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  for (unsigned i = 0; i < CPERS_KEPT; i++)
    if (machine->cper.kept[i].gpu >= machine->gpu_count) machine->cper.kept[i].gpu = 0;
}

const struct topic cper_topic = {.name = "cper", .of_machine = true, .offset = offsetof(struct machine, cper), .repair = repair};
