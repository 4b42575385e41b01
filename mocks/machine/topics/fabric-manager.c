#include <string.h>
#include "attributes.h"
#include "machine.h"
#include "number-list.h"

static const char *const PLATFORMS[] = {"hgx-2", "hgx-a100", "hgx-h100", "hgx-b200", NULL};
static const char *const MODES[] = {"bare-metal", "shared", "vgpu", NULL};
static const char *const STATES[] = {"stopped", "failed", "starting", "waiting", "up", "resident", NULL};
static const char *const MANNERS[] = {"answers", "silent", "closes", "version-clash", NULL};
static const char *const NEXT[] = {"served", "dies-before", "dies-after", "times-out-undone", "times-out-done", NULL};
static const char *const DEATHS[] = {"error", "crash", NULL};
static const char *const CODES[] = {"documented", "field", NULL};
static const char *const LIBRARIES[] = {"610", "525", NULL};

#define AT(field) ATTRIBUTE_AT(struct fabric_manager, field)
#define CHOICE(words, field, of) {.name = words, .kind = ATTRIBUTE_CHOICE, .choices = of, AT(field)}
#define NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, AT(field)}
#define OPTIONAL_NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, .optional = true, AT(field)}
#define SWITCH(words, field) {.name = words, .kind = ATTRIBUTE_SWITCH, AT(field)}
#define TEXT(words, field) {.name = words, .kind = ATTRIBUTE_TEXT, AT(field)}
#define OPTIONAL_TEXT(words, field) {.name = words, .kind = ATTRIBUTE_TEXT, .optional = true, AT(field)}
#define PARTITION(words, of_kind, field) .name = "partition.#." words, .kind = of_kind, ATTRIBUTE_EACH(struct fabric_manager, partitions, .field)
#define NVSWITCH(words, of_kind, field) .name = "switch.#." words, .kind = of_kind, ATTRIBUTE_EACH(struct fabric_manager, switches, .field)

static const struct attribute ATTRIBUTES[] = {
    {.name = "platform", .kind = ATTRIBUTE_CHOICE, .choices = PLATFORMS, .optional = true, .fixed = true, AT(platform)},
    CHOICE("state", state, STATES),
    SWITCH("restarted", restarted),
    OPTIONAL_TEXT("ended-for", why),
    TEXT("version", version),
    CHOICE("library", library, LIBRARIES),
    CHOICE("mode", config.mode, MODES),
    SWITCH("mode-restart", config.restart),
    TEXT("interface", config.interface),
    NUMBER("port", config.port),
    OPTIONAL_TEXT("unix-socket", config.socket),
    OPTIONAL_TEXT("vsock", vsock),
    {.name = "access-link-failure-mode", .kind = ATTRIBUTE_U32, .most = 1, .offset = offsetof(struct fabric_manager, config.access_mode), .size = sizeof(uint32_t)},
    {.name = "trunk-link-failure-mode", .kind = ATTRIBUTE_U32, .most = 1, .offset = offsetof(struct fabric_manager, config.trunk_mode), .size = sizeof(uint32_t)},
    {.name = "nvswitch-failure-mode", .kind = ATTRIBUTE_U32, .most = 1, .offset = offsetof(struct fabric_manager, config.switch_mode), .size = sizeof(uint32_t)},
    SWITCH("stay-resident", config.stay_resident),
    CHOICE("manners", manners, MANNERS),
    CHOICE("next-request", next, NEXT),
    CHOICE("when-it-dies", dying_crashes, DEATHS),
    CHOICE("codes", field_codes, CODES),
    OPTIONAL_NUMBER("list.partitions", told_partitions),
    OPTIONAL_NUMBER("list.partition-count", told_count),
    OPTIONAL_NUMBER("list.gpu-count", told_gpus),
    OPTIONAL_NUMBER("start-milliseconds", start_ms),
    OPTIONAL_NUMBER("window-milliseconds", window_ms),
    OPTIONAL_NUMBER("silence-milliseconds", silence_ms),
    {NVSWITCH("failed", ATTRIBUTE_SWITCH, failed)},
    {NVSWITCH("failed-trunk-ports", ATTRIBUTE_U32, trunk_failed), .most = 16},
    {PARTITION("id", ATTRIBUTE_U32, id), .fixed = true},
    {PARTITION("gpus", ATTRIBUTE_TEXT, gpus), .fixed = true},
    {PARTITION("links", ATTRIBUTE_U32, links), .fixed = true},
    {PARTITION("active", ATTRIBUTE_SWITCH, active)},
    {PARTITION("routed", ATTRIBUTE_SWITCH, routed)},
    {PARTITION("unsupported", ATTRIBUTE_SWITCH, unsupported)},
    {PARTITION("functions", ATTRIBUTE_TEXT, functions), .optional = true},
};

enum { START_MS = 3000, WINDOW_MS = 60000, SILENCE_MS = 70000, PORT = 6666 };

static void standard(uint32_t *number, uint32_t value) {
  if (*number == UNSUPPORTED_U32) *number = value;
}

static void made(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  struct fabric_manager *manager = &machine->fabric_manager;
  standard(&manager->start_ms, START_MS);
  standard(&manager->window_ms, WINDOW_MS);
  standard(&manager->silence_ms, SILENCE_MS);
  if (manager->config.port == 0) manager->config.port = PORT;
  if (!manager->config.interface[0]) strcpy(manager->config.interface, "127.0.0.1");
  if (!manager->version[0]) memcpy(manager->version, machine->driver_version, sizeof manager->version);
  manager->since_ns = machine_now_ns(machine);
  if (!fabric_manager_exists(machine)) return;
  if (manager->state == FM_UP && !fabric_take_stock(machine)) manager->state = manager->config.stay_resident ? FM_RESIDENT : FM_FAILED;
  manager->state_file_due = manager->state == FM_UP && manager->config.mode != FM_BARE_METAL;
  for (uint32_t i = 0; i < machine->gpu_count; i++) fabric_manager_register_anew(machine, &machine->gpus[i]);
  fabric_route(machine);
}

/* Of a machine that runs: what is set stands, and the links follow. */
static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  (void)gpu;
  if (strcmp(attribute->name, "state") == 0) {
    machine->fabric_manager.since_ns = machine_now_ns(machine);
    machine->fabric_manager.runs++;
  }
  fabric_route(machine);
}

static unsigned length(const struct machine *machine, const struct gpu *gpu, const struct attribute *attribute) {
  (void)gpu;
  if (!fabric_manager_exists(machine)) return 0;
  return strncmp(attribute->name, "partition", 9) == 0 ? fabric_partition_count(machine) : attribute->counts[0];
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)gpu;
  (void)index;
  for (unsigned i = 0; i < fabric_partition_count(machine); i++) {
    struct numbers gpus;
    const char *text = machine->fabric_manager.partitions[i].gpus;
    if (!numbers_read(text, &gpus) || numbers_has(&gpus, 0))
      return refuse(failure, "INVALID_INPUT", "fabric-manager.partition.%u.gpus: \"%s\" is no list of module ids from 1: write one like 1-4,9", i, text);
  }
  return true;
}

static void repair(struct machine *machine, struct gpu *gpu) {
  (void)gpu;
  struct fabric_manager *manager = &machine->fabric_manager;
  if (manager->state > FM_RESIDENT) manager->state = FM_FAILED;
  if (fabric_manager_exists(machine)) fabric_route(machine);
}

const struct topic fabric_manager_topic = {.name = "fabric-manager",
                                           .of_machine = true,
                                           .offset = offsetof(struct machine, fabric_manager),
                                           .attributes = ATTRIBUTES,
                                           .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                           .made = made,
                                           .was_set = was_set,
                                           .length = length,
                                           .check = check,
                                           .repair = repair};
