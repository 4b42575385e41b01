#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "machine.h"

static const char *const STATES[] = {"not-supported", "not-started", "in-progress", "completed", NULL};
static const char *const SUMMARIES[] = {"not-supported", "healthy", "unhealthy", "limited-capacity", NULL};
static const char *const TRUTHS[] = {"not-supported", "true", "false", NULL};
static const char *const CONFIGURATIONS[] = {"not-supported", "none", "incorrect-sysguid", "incorrect-chassis-serial", "no-partition", "insufficient-nvlinks",
                                             "incompatible-gpu-firmware", "invalid-location", "gpu-state-invalid", NULL};
static const char *const PEERS[] = {"direct", "switch", NULL};

#define CHOICE(words, field, of) {.name = words, .kind = ATTRIBUTE_CHOICE, .choices = of, ATTRIBUTE_AT(struct fabric, field)}
#define BYTE(words, field) {.name = words, .kind = ATTRIBUTE_U32, .most = 0xff, ATTRIBUTE_AT(struct fabric, field)}

static const struct attribute ATTRIBUTES[] = {
    CHOICE("state", state, STATES),
    {.name = "registration-lost", .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct fabric, registration_lost)},
    {.name = "status", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct fabric, status)},
    {.name = "cluster-uuid", .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct fabric, cluster_uuid)},
    {.name = "clique-id", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct fabric, clique_id)},
    CHOICE("health.summary", health.summary, SUMMARIES),
    CHOICE("health.degraded-bandwidth", health.degraded_bandwidth, TRUTHS),
    CHOICE("health.route-recovery", health.route_recovery, TRUTHS),
    CHOICE("health.route-unhealthy", health.route_unhealthy, TRUTHS),
    CHOICE("health.access-timeout-recovery", health.access_timeout_recovery, TRUTHS),
    CHOICE("health.incorrect-configuration", health.incorrect_configuration, CONFIGURATIONS),
    CHOICE("health.partition-assigned", health.partition_assigned, TRUTHS),
    {.name = "platform.peer", .kind = ATTRIBUTE_CHOICE, .optional = true, .choices = PEERS, ATTRIBUTE_AT(struct fabric, platform.peer)},
    {.name = "platform.guid", .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct fabric, platform.guid)},
    {.name = "platform.chassis-serial", .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct fabric, platform.chassis_serial)},
    BYTE("platform.slot-number", platform.slot),
    BYTE("platform.tray-index", platform.tray),
    BYTE("platform.host-id", platform.host),
};

enum fabric_state fabric_state_of(const struct machine *machine, const struct gpu *gpu) {
  if (!gpu->fabric.registration_lost || gpu->fabric.state == FABRIC_NOT_SUPPORTED) return gpu->fabric.state;
  return machine->fabric_manager.state == FM_STARTING ? FABRIC_IN_PROGRESS : FABRIC_NOT_STARTED;
}

bool fabric_joins(const struct gpu *gpu, const struct gpu *other) {
  const struct fabric *one = &gpu->fabric, *two = &other->fabric;
  if (one->state == FABRIC_NOT_SUPPORTED && two->state == FABRIC_NOT_SUPPORTED) return true;
  if (one->registration_lost || two->registration_lost) return false;
  if (one->state != FABRIC_COMPLETED || two->state != FABRIC_COMPLETED || one->status != 0 || two->status != 0) return false;
  return one->clique_id == two->clique_id && strcmp(one->cluster_uuid, two->cluster_uuid) == 0;
}

/* No two GPUs have one GUID, so it follows from what no two share. */
static void made(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  size_t digits = 0;
  if (gpu->fabric.platform.peer == UNSUPPORTED_U32 || gpu->fabric.platform.guid[0]) return;
  for (const char *at = gpu->board.uuid; *at && digits < 16; at++)
    if (isxdigit((unsigned char)*at)) gpu->fabric.platform.guid[digits++] = *at;
  gpu->fabric.platform.guid[digits] = 0;
}

static void taken_up(struct machine *machine, struct gpu *gpu) { fabric_manager_register_anew(machine, gpu); }

static bool is_uuid(const char *text) {
  unsigned bytes[16];
  int used = 0;
  return sscanf(text, "%2x%2x%2x%2x-%2x%2x-%2x%2x-%2x%2x-%2x%2x%2x%2x%2x%2x%n", &bytes[0], &bytes[1], &bytes[2], &bytes[3], &bytes[4], &bytes[5], &bytes[6], &bytes[7],
                &bytes[8], &bytes[9], &bytes[10], &bytes[11], &bytes[12], &bytes[13], &bytes[14], &bytes[15], &used) == 16 &&
         used == 36 && text[used] == 0;
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  const struct fabric *fabric = &gpu->fabric;
  if (fabric->cluster_uuid[0] && !is_uuid(fabric->cluster_uuid))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.fabric.cluster-uuid: \"%s\" is no UUID: write 8-4-4-4-12 hexadecimal digits", index, fabric->cluster_uuid);
  if (fabric->platform.guid[0] && (strlen(fabric->platform.guid) != 16 || strspn(fabric->platform.guid, "0123456789abcdefABCDEF") != 16))
    return refuse(failure, "INVALID_INPUT", "gpu.%u.fabric.platform.guid: \"%s\" is no GUID: write 16 hexadecimal digits", index, fabric->platform.guid);
  return true;
}

const struct topic fabric_topic = {.name = "fabric",
                                   .offset = offsetof(struct gpu, fabric),
                                   .attributes = ATTRIBUTES,
                                   .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                   .made = made,
                                   .driver_loaded = taken_up,
                                   .gpu_reset = taken_up,
                                   .check = check};
