/* What would make a GPU well again. */
#ifndef GPUWRIGHT_TOPIC_RECOVERY_H
#define GPUWRIGHT_TOPIC_RECOVERY_H

#include <stdint.h>

struct gpu;
struct machine;

enum recovery_action { RECOVERY_NONE, RECOVERY_GPU_RESET, RECOVERY_NODE_REBOOT, RECOVERY_DRAIN_P2P, RECOVERY_DRAIN_AND_RESET };

struct recovery {
  uint32_t action; /* somebody wants it told, whatever its number; UNSUPPORTED_U32: as the GPU's state asks for */
  uint32_t told;
};

extern const struct topic recovery_topic;

uint32_t recovery_action(const struct gpu *gpu);
/* Raises an event if another action is asked for than at the last time. */
void recovery_review(struct machine *machine, struct gpu *gpu);

#endif
