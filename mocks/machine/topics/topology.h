/* Which processors and memory are near, and how GPUs reach each other. */
#ifndef GPUWRIGHT_TOPIC_TOPOLOGY_H
#define GPUWRIGHT_TOPIC_TOPOLOGY_H

#include <stdbool.h>
#include <stdint.h>

struct gpu;

/* Nearest first. */
enum nearness { ON_ONE_BOARD, BEHIND_ONE_SWITCH, BEHIND_SWITCHES, BEHIND_HOST_BRIDGE, ON_ONE_NODE, ON_ONE_HOST };
/* By what GPUs reach each other's memory. */
enum peer_path { PEER_OVER_NVLINK, PEER_OVER_PCIE, PEER_NOT_OF_THIS_GPU, PEER_NOT_ACROSS_SOCKETS };

/* Numbers are of the host: two GPUs with the same one share the thing. */
struct topology {
  uint32_t numa_node, pcie_switch, root_port, host_bridge;
  char cpus[128], socket_cpus[128]; /* near to it, `0-15,128-143`; of its whole socket, where that has several nodes */
  char socket_nodes[32];
  uint32_t own_node;           /* its memory is a node of its own */
  uint32_t p2p_over_pcie, p2p_across_sockets;
};

extern const struct topic topology_topic;

/* peers.c */
enum nearness gpus_nearness(const struct gpu *gpu, const struct gpu *other);
/* That are up, straight or through switches. */
unsigned nvlinks_between(const struct gpu *gpu, const struct gpu *other);
enum peer_path gpus_peer_path(const struct gpu *gpu, const struct gpu *other);
/* As if they had no NVLink. */
enum peer_path gpus_pcie_path(const struct gpu *gpu, const struct gpu *other);

#endif
