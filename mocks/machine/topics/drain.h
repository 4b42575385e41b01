/* GPUs that the driver lets nobody new to, has let go of, or was told to leave alone. */
#ifndef GPUWRIGHT_TOPIC_DRAIN_H
#define GPUWRIGHT_TOPIC_DRAIN_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;
struct machine;

struct drain {
  uint32_t excluded; /* the driver leaves it alone from its next load on */
  uint32_t left_out; /* it does */
  uint32_t draining; /* new clients do not see it */
  uint32_t discovered; /* the generation in which the driver took it up again; 0: it never let go */
  uint64_t since; /* clients attached later than this one have no part in it */
};

extern const struct topic drain_topic;

void gpu_set_draining(struct machine *machine, struct gpu *gpu, bool on);
/* As it was told to, at a load of the driver; what it did about draining is forgotten. */
void gpu_leave_out_or_not(struct machine *machine, struct gpu *gpu);
/* By somebody else than process `pid`, or by persistence mode. */
bool gpu_is_used(struct machine *machine, const struct gpu *gpu, uint32_t pid);
/* The driver lets go of it: handles are void and it is not counted, until it is discovered or the host reboots. */
void gpu_remove(struct machine *machine, struct gpu *gpu);
/* Takes it up again if it was removed; one that has fallen off the bus is not found. */
void gpu_discover(struct machine *machine, struct gpu *gpu);

#endif
