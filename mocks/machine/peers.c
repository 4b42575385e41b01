/* How two GPUs reach each other: over what of the PCI bus, over how many NVLinks. */
#include "attributes.h"
#include "machine.h"

static bool shared(const struct gpu *gpu, const struct gpu *other, uint32_t number, uint32_t of_other) {
  /* Each PCI domain has bridges of its own. */
  return number != UNSUPPORTED_U32 && number == of_other && gpu->pcie.domain == other->pcie.domain;
}

enum nearness gpus_nearness(const struct gpu *gpu, const struct gpu *other) {
  const struct topology *one = &gpu->topology, *two = &other->topology;
  if (gpu->board.board_id == other->board.board_id) return ON_ONE_BOARD;
  if (shared(gpu, other, one->pcie_switch, two->pcie_switch)) return BEHIND_ONE_SWITCH;
  if (shared(gpu, other, one->root_port, two->root_port)) return BEHIND_SWITCHES;
  if (shared(gpu, other, one->host_bridge, two->host_bridge)) return BEHIND_HOST_BRIDGE;
  return one->numa_node != UNSUPPORTED_U32 && one->numa_node == two->numa_node ? ON_ONE_NODE : ON_ONE_HOST;
}

static bool leads_to(const struct nvlink_link *link, const struct gpu *other) {
  return link->remote == REMOTE_GPU && link->remote_domain == other->pcie.domain && link->remote_bus == other->pcie.bus && link->remote_device == other->pcie.device;
}

unsigned nvlinks_between(const struct gpu *gpu, const struct gpu *other) {
  unsigned direct = 0;
  for (unsigned link = 0; link < gpu->nvlink.link_count; link++) direct += nvlink_is_up(&gpu->nvlink.links[link]) && leads_to(&gpu->nvlink.links[link], other);
  if (direct > 0 || gpu->nvlink.domain != other->nvlink.domain || !fabric_joins(gpu, other)) return direct;
  const unsigned own = nvlinks_to_switches(gpu), of_other = nvlinks_to_switches(other);
  return own < of_other ? own : of_other;
}

enum peer_path gpus_pcie_path(const struct gpu *gpu, const struct gpu *other) {
  if (!gpu->topology.p2p_over_pcie || !other->topology.p2p_over_pcie) return PEER_NOT_OF_THIS_GPU;
  const bool across_sockets = gpus_nearness(gpu, other) == ON_ONE_HOST;
  return !across_sockets || (gpu->topology.p2p_across_sockets && other->topology.p2p_across_sockets) ? PEER_OVER_PCIE : PEER_NOT_ACROSS_SOCKETS;
}

enum peer_path gpus_peer_path(const struct gpu *gpu, const struct gpu *other) { return nvlinks_between(gpu, other) > 0 ? PEER_OVER_NVLINK : gpus_pcie_path(gpu, other); }
