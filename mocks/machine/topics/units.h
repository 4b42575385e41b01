/* S-class units: chassis with fans, power supply and a LED, and the host interface cards that connect them. */
#ifndef GPUWRIGHT_TOPIC_UNITS_H
#define GPUWRIGHT_TOPIC_UNITS_H

#include <stdint.h>

enum { UNITS_MAX = 2, UNIT_FANS_MAX = 8, UNIT_TEMPERATURES = 3 };
enum led_color { LED_GREEN, LED_AMBER };

struct unit_fan {
  uint32_t speed_rpm;
  uint32_t failed;
};

struct unit {
  char name[64], id[64], serial[64], firmware[64];
  uint32_t first_gpu, gpu_count; /* those in it stand in a row */
  uint32_t led;                  /* enum led_color */
  char led_cause[128];
  char psu_state[64];
  uint32_t psu_amperes, psu_volts, psu_watts;
  uint32_t celsius[UNIT_TEMPERATURES]; /* intake, exhaust, board */
  uint32_t fan_count;
  struct unit_fan fan[UNIT_FANS_MAX];
};

struct hic {
  uint32_t id;
  char firmware[32];
};

struct units {
  uint32_t count, hic_count;
  struct unit unit[UNITS_MAX];
  struct hic hic[UNITS_MAX];
};

extern const struct topic units_topic;

struct machine;
struct unit *unit_of(struct machine *machine, uint64_t index);

#endif
