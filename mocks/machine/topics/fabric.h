/* The NVLink fabric that a GPU was registered with, and where the GPU stands in its rack. */
#ifndef GPUWRIGHT_TOPIC_FABRIC_H
#define GPUWRIGHT_TOPIC_FABRIC_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;
struct machine;

enum fabric_state { FABRIC_NOT_SUPPORTED, FABRIC_NOT_STARTED, FABRIC_IN_PROGRESS, FABRIC_COMPLETED };
enum fabric_truth { FABRIC_UNKNOWN, FABRIC_TRUE, FABRIC_FALSE };

struct fabric {
  uint32_t state;  /* enum fabric_state */
  uint32_t status; /* what became of the registration; 0: success */
  uint32_t registration_lost; /* until a Fabric Manager that is up gives it back */
  char cluster_uuid[40];
  uint32_t clique_id;
  struct {
    uint32_t summary;
    uint32_t degraded_bandwidth, route_recovery, route_unhealthy, access_timeout_recovery; /* enum fabric_truth */
    uint32_t incorrect_configuration;
    uint32_t partition_assigned;
  } health;
  struct {
    uint32_t peer; /* UNSUPPORTED_U32: the product tells nothing of where it stands */
    char guid[20]; /* sixteen hexadecimal digits */
    char chassis_serial[16];
    uint32_t slot, tray, host;
  } platform;
};

extern const struct topic fabric_topic;

/* As the driver tells it: without its registration a GPU is not where its state says. */
enum fabric_state fabric_state_of(const struct machine *machine, const struct gpu *gpu);
/* Both are registered, with the same clique of the same cluster; or neither knows of a fabric. */
bool fabric_joins(const struct gpu *gpu, const struct gpu *other);

#endif
