#include <string.h>
#include "attributes.h"
#include "machine.h"
#include "number-list.h"

enum { BER_BELOW_MEASURE = 0xfff }; /* 15e-255 */

static const char *const VERSIONS[] = {"invalid", "1.0", "2.0", "2.2", "3.0", "3.1", "4.0", "5.0", "6.0", NULL};
static const unsigned GENERATIONS[] = {0, 1, 2, 2, 3, 3, 4, 5, 6};
static const char *const STATES[] = {"inactive", "active", "sleep", NULL};
static const char *const REMOTES[] = {"nothing", "gpu", "npu", "switch", NULL};
static const char *const FIRMWARES[] = {"none", "mse", "netir", "netir-uphy", "netir-cln", "netir-dln", NULL};
static const char *const SCOPES[] = {"host", "gpu", NULL};
static const char *const MODES[] = {"full", "off", "min", "half", "3quarter", NULL};
static const char *const UNITS[] = {"100us", "50us", NULL};
static const char *const POWER_STATES[] = {"high-speed", "low", NULL};
static const char *const C2C_POWER_STATES[] = {"full", "low", NULL};

#define NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct nvlink, field)}
#define OPTIONAL_NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_AT(struct nvlink, field)}
#define SWITCH(words, field) {.name = words, .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct nvlink, field)}
#define OPTIONAL_CHOICE(words, field, of) {.name = words, .kind = ATTRIBUTE_CHOICE, .optional = true, .choices = of, ATTRIBUTE_AT(struct nvlink, field)}
#define FIRMWARE(words, field) {.name = "firmware.#." words, .kind = ATTRIBUTE_U32, ATTRIBUTE_EACH(struct nvlink, firmware, .field)}
#define LINK(words, of_kind, field) .name = "link.#." words, .kind = of_kind, ATTRIBUTE_EACH(struct nvlink, links, .field)
#define COUNTER(counter, words) {LINK(words, ATTRIBUTE_U32, counters[NVLINK_##counter])},

static const struct attribute ATTRIBUTES[] = {
    {.name = "version", .kind = ATTRIBUTE_CHOICE, .optional = true, .choices = VERSIONS, ATTRIBUTE_AT(struct nvlink, version)},
    {.name = "link-count", .kind = ATTRIBUTE_U32, .most = NVLINK_LINKS, ATTRIBUTE_AT(struct nvlink, link_count)},
    NUMBER("speed-megabytes-per-second", speed_megabytes),
    NUMBER("domain", domain),
    SWITCH("capability.p2p", capabilities[NVLINK_P2P]),
    SWITCH("capability.system-memory", capabilities[NVLINK_SYSTEM_MEMORY]),
    SWITCH("capability.p2p-atomics", capabilities[NVLINK_P2P_ATOMICS]),
    SWITCH("capability.system-memory-atomics", capabilities[NVLINK_SYSTEM_ATOMICS]),
    SWITCH("capability.sli", capabilities[NVLINK_SLI]),
    SWITCH("capability.valid", capabilities[NVLINK_VALID]),
    SWITCH("encrypted", encrypted),
    {.name = "firmware.#.type", .kind = ATTRIBUTE_CHOICE, .choices = FIRMWARES, ATTRIBUTE_EACH(struct nvlink, firmware, .type)},
    FIRMWARE("major", major),
    FIRMWARE("minor", minor),
    FIRMWARE("sub-minor", sub_minor),
    OPTIONAL_CHOICE("bandwidth.scope", bandwidth.scope, SCOPES),
    {.name = "bandwidth.mode", .kind = ATTRIBUTE_CHOICE, .choices = MODES, ATTRIBUTE_AT(struct nvlink, bandwidth.mode)},
    {.name = "bandwidth.modes", .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct nvlink, bandwidth.modes)},
    OPTIONAL_CHOICE("low-power.state", low_power.state, POWER_STATES),
    {.name = "low-power.unit", .kind = ATTRIBUTE_CHOICE, .choices = UNITS, ATTRIBUTE_AT(struct nvlink, low_power.unit)},
    OPTIONAL_NUMBER("low-power.threshold", low_power.threshold),
    NUMBER("low-power.default-threshold", low_power.standard),
    NUMBER("low-power.minimum-threshold", low_power.minimum),
    NUMBER("low-power.maximum-threshold", low_power.maximum),
    SWITCH("registers", registers),
    {.name = "c2c.enabled", .kind = ATTRIBUTE_SWITCH, .optional = true, ATTRIBUTE_AT(struct nvlink, c2c.enabled)},
    OPTIONAL_NUMBER("c2c.link-count", c2c.links),
    SWITCH("c2c.active", c2c.active),
    NUMBER("c2c.speed-megabytes-per-second", c2c.speed_megabytes),
    OPTIONAL_CHOICE("c2c.power-state", c2c.power_state, C2C_POWER_STATES),
    NUMBER("c2c.crc-errors", c2c.crc_errors),
    NUMBER("c2c.replay-errors", c2c.replays),
    NUMBER("c2c.back-to-back-replay-errors", c2c.double_replays),
    {LINK("state", ATTRIBUTE_CHOICE, state), .choices = STATES},
    {LINK("failed", ATTRIBUTE_SWITCH, failed)},
    {LINK("unrouted", ATTRIBUTE_SWITCH, unrouted)},
    {LINK("remote", ATTRIBUTE_CHOICE, remote), .choices = REMOTES},
    {LINK("remote-domain", ATTRIBUTE_U32, remote_domain), .optional = true},
    {LINK("remote-bus", ATTRIBUTE_U32, remote_bus), .most = 0xff},
    {LINK("remote-device", ATTRIBUTE_U32, remote_device), .most = 0x1f},
    {LINK("remote-link", ATTRIBUTE_U32, remote_link)},
    {LINK("sent-bytes", ATTRIBUTE_U64, traffic[NVLINK_SENT_BYTES])},
    {LINK("received-bytes", ATTRIBUTE_U64, traffic[NVLINK_RECEIVED_BYTES])},
    {LINK("sent-packets", ATTRIBUTE_U64, traffic[NVLINK_SENT_PACKETS])},
    {LINK("received-packets", ATTRIBUTE_U64, traffic[NVLINK_RECEIVED_PACKETS])},
    NVLINK_COUNTERS(COUNTER)
    {.name = "link.#.fec-history.#", .kind = ATTRIBUTE_U32, .offset = offsetof(struct nvlink, links[0].fec_history), .size = sizeof(uint32_t),
     .counts = {NVLINK_LINKS, NVLINK_FEC_BINS}, .strides = {sizeof(struct nvlink_link), sizeof(uint32_t)}},
};

unsigned nvlink_generation(const struct gpu *gpu) {
  const uint32_t version = gpu->nvlink.version;
  return version < sizeof GENERATIONS / sizeof *GENERATIONS ? GENERATIONS[version] : 0;
}

bool nvlink_is_up(const struct nvlink_link *link) { return link->state != NVLINK_INACTIVE; }

unsigned nvlinks_to_switches(const struct gpu *gpu) {
  unsigned count = 0;
  for (unsigned link = 0; link < gpu->nvlink.link_count; link++) count += gpu->nvlink.links[link].remote == REMOTE_SWITCH && nvlink_is_up(&gpu->nvlink.links[link]);
  return count;
}

void nvlink_clear_errors(struct nvlink_link *link) {
  static const enum nvlink_counter RATES[] = {NVLINK_RAW_BER_0, NVLINK_RAW_BER_1, NVLINK_RAW_BER, NVLINK_EFFECTIVE_BER, NVLINK_SYMBOL_BER};
  memset(link->counters, 0, sizeof link->counters);
  memset(link->fec_history, 0, sizeof link->fec_history);
  for (unsigned i = 0; i < sizeof RATES / sizeof *RATES; i++) link->counters[RATES[i]] = BER_BELOW_MEASURE;
}

bool nvlink_has_bandwidth_mode(const struct gpu *gpu, unsigned mode) {
  struct numbers modes;
  return numbers_read(gpu->nvlink.bandwidth.modes, &modes) && numbers_has(&modes, mode);
}

/* They are numbered from the full one. */
unsigned nvlink_best_bandwidth_mode(const struct gpu *gpu) {
  unsigned mode = 0;
  while (mode < NVLINK_BANDWIDTH_MODES && !nvlink_has_bandwidth_mode(gpu, mode)) mode++;
  return mode < NVLINK_BANDWIDTH_MODES ? mode : 0;
}

static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  struct nvlink *nvlink = &gpu->nvlink;
  nvlink->just_made = 1;
  if (nvlink->low_power.threshold == UNSUPPORTED_U32) nvlink->low_power.threshold = nvlink->low_power.standard;
  for (unsigned i = 0; i < NVLINK_LINKS; i++) {
    struct nvlink_link fresh = {0};
    nvlink_clear_errors(&fresh);
    for (unsigned counter = 0; counter < NVLINK_COUNTER_COUNT; counter++)
      if (nvlink->links[i].counters[counter] == 0) nvlink->links[i].counters[counter] = fresh.counters[counter];
  }
}

static void count_anew(struct nvlink *nvlink) {
  for (unsigned i = 0; i < NVLINK_LINKS; i++) {
    nvlink_clear_errors(&nvlink->links[i]);
    memset(nvlink->links[i].traffic, 0, sizeof nvlink->links[i].traffic);
  }
  memset(nvlink->utilization, 0, sizeof nvlink->utilization);
  nvlink->c2c.crc_errors = nvlink->c2c.replays = nvlink->c2c.double_replays = 0;
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  if (!gpu->nvlink.just_made) count_anew(&gpu->nvlink);
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  struct nvlink *nvlink = &gpu->nvlink;
  if (!nvlink->just_made) {
    count_anew(nvlink);
    nvlink->low_power.threshold = nvlink->low_power.standard;
    nvlink->bandwidth.mode = nvlink_best_bandwidth_mode(gpu);
  }
  nvlink->just_made = 0;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)gpu;
  if (strcmp(attribute->name, "link.#.failed") == 0) fabric_route(machine);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  struct numbers modes;
  const struct nvlink *nvlink = &gpu->nvlink;
  if (nvlink_generation(gpu) == 0 && nvlink->link_count > 0) return refuse(failure, "INVALID_INPUT", "gpu.%u.nvlink: has links but no version: give nvlink.version", index);
  for (unsigned link = nvlink->link_count; link < NVLINK_LINKS; link++)
    if (nvlink_is_up(&nvlink->links[link]))
      return refuse(failure, "INVALID_INPUT", "gpu.%u.nvlink.link.%u.state: the product has %u links: leave this one inactive", index, link, nvlink->link_count);
  if (!numbers_read(nvlink->bandwidth.modes, &modes)) return refuse(failure, "INVALID_INPUT", "gpu.%u.nvlink.bandwidth.modes: \"%s\" is no list: write one like 0-2,4", index, nvlink->bandwidth.modes);
  if (nvlink->bandwidth.scope != UNSUPPORTED_U32 && !nvlink_has_bandwidth_mode(gpu, nvlink->bandwidth.mode))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.nvlink.bandwidth.mode: is none of its modes %s: choose one of them, or add it there", index, nvlink->bandwidth.modes);
  return true;
}

const struct topic nvlink_topic = {.name = "nvlink",
                                   .offset = offsetof(struct gpu, nvlink),
                                   .attributes = ATTRIBUTES,
                                   .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                   .made = made,
                                   .driver_loaded = driver_loaded,
                                   .gpu_reset = gpu_reset,
                                   .was_set = was_set,
                                   .check = check};
