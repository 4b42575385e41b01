/* S-class units: chassis with fans, power supply and a LED. */
#ifndef GPUWRIGHT_TOPIC_UNITS_H
#define GPUWRIGHT_TOPIC_UNITS_H

#include <stdint.h>

struct units {
  uint32_t reserved;
};

extern const struct topic units_topic;

struct machine;
struct unit;
struct unit *unit_of(struct machine *machine, uint64_t index);

#endif
