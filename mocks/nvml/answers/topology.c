/* How near GPUs are to each other and to processors. */
#include "handles.h"
#include "number-list.h"
#include "put.h"

static const nvmlGpuTopologyLevel_t LEVELS[] = {[ON_ONE_BOARD] = NVML_TOPOLOGY_INTERNAL,
                                                [BEHIND_ONE_SWITCH] = NVML_TOPOLOGY_SINGLE,
                                                [BEHIND_SWITCHES] = NVML_TOPOLOGY_MULTIPLE,
                                                [BEHIND_HOST_BRIDGE] = NVML_TOPOLOGY_HOSTBRIDGE,
                                                [ON_ONE_NODE] = NVML_TOPOLOGY_NODE,
                                                [ON_ONE_HOST] = NVML_TOPOLOGY_SYSTEM};

ANSWER(nvmlDeviceGetTopologyCommonAncestor, nvmlGpuTopologyLevel_t *pathInfo) {
  *pathInfo = LEVELS[gpus_nearness(call->gpu, call->other_gpu)];
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceOnSameBoard, int *onSameBoard) {
  *onSameBoard = gpus_nearness(call->gpu, call->other_gpu) == ON_ONE_BOARD;
  return NVML_SUCCESS;
}

/* Of how many there are when `*count` is 0, else as many of them as there is room for. */
static void put_gpus(const struct machine *machine, const bool *wanted, unsigned *count, nvmlDevice_t *devices) {
  const unsigned room = *count;
  unsigned found = 0;
  for (unsigned i = 0; i < machine->gpu_count; i++) {
    if (!wanted[i] || (room > 0 && found == room)) continue;
    if (room > 0) devices[found] = (nvmlDevice_t)handle_of_gpu(i);
    found++;
  }
  *count = found;
}

ANSWER(nvmlDeviceGetTopologyNearestGpus, nvmlGpuTopologyLevel_t level, unsigned int *count, nvmlDevice_t *deviceArray) {
  const struct machine *machine = call->machine;
  bool wanted[GPU_MAX] = {false}, known = false;
  for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++) known = known || LEVELS[i] == level;
  if (!known) return NVML_ERROR_INVALID_ARGUMENT;
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    const struct gpu *gpu = &machine->gpus[i];
    wanted[i] = !gpu->removed && gpu != call->gpu && LEVELS[gpus_nearness(call->gpu, gpu)] == level;
  }
  put_gpus(machine, wanted, count, deviceArray);
  return NVML_SUCCESS;
}

ANSWER(nvmlSystemGetTopologyGpuSet, unsigned int cpuNumber, unsigned int *count, nvmlDevice_t *deviceArray) {
  const struct machine *machine = call->machine;
  bool wanted[GPU_MAX] = {false};
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    struct numbers cpus;
    wanted[i] = !machine->gpus[i].removed && numbers_read(machine->gpus[i].topology.cpus, &cpus) && numbers_has(&cpus, cpuNumber);
  }
  put_gpus(machine, wanted, count, deviceArray);
  return NVML_SUCCESS;
}

static nvmlGpuP2PStatus_t status_of(enum peer_path path) {
  static const nvmlGpuP2PStatus_t STATUSES[] = {[PEER_OVER_NVLINK] = NVML_P2P_STATUS_OK,
                                                [PEER_OVER_PCIE] = NVML_P2P_STATUS_OK,
                                                [PEER_NOT_OF_THIS_GPU] = NVML_P2P_STATUS_GPU_NOT_SUPPORTED,
                                                [PEER_NOT_ACROSS_SOCKETS] = NVML_P2P_STATUS_IOH_TOPOLOGY_NOT_SUPPORTED};
  return STATUSES[path];
}

ANSWER(nvmlDeviceGetP2PStatus, nvmlGpuP2PCapsIndex_t p2pIndex, nvmlGpuP2PStatus_t *p2pStatus) {
  if (call->gpu == call->other_gpu) return NVML_ERROR_INVALID_ARGUMENT;
  const enum peer_path path = gpus_peer_path(call->gpu, call->other_gpu);
  switch ((unsigned)p2pIndex) {
    case NVML_P2P_CAPS_INDEX_READ:
    case NVML_P2P_CAPS_INDEX_WRITE:
      *p2pStatus = status_of(path);
      return NVML_SUCCESS;
    /* Nothing but NVLink carries atomic operations between GPUs. */
    case NVML_P2P_CAPS_INDEX_NVLINK:
    case NVML_P2P_CAPS_INDEX_ATOMICS:
      *p2pStatus = path == PEER_OVER_NVLINK ? NVML_P2P_STATUS_OK : NVML_P2P_STATUS_NOT_SUPPORTED;
      return NVML_SUCCESS;
    case NVML_P2P_CAPS_INDEX_PCI:
      *p2pStatus = status_of(gpus_pcie_path(call->gpu, call->other_gpu));
      return NVML_SUCCESS;
    default:
      return NVML_ERROR_INVALID_ARGUMENT;
  }
}

ANSWER(nvmlDeviceGetNumaNodeId, unsigned int *node) { return put_u32(node, call->gpu->topology.own_node); }
