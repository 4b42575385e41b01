/* Processors and memory near to a GPU, and threads bound to them. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include "api.h"
#include "attributes.h"
#include "number-list.h"

/* What has no room is left out: callers give as much room as they have processors. */
static nvmlReturn_t put_set(unsigned long *out, unsigned size, const struct numbers *numbers) {
  if (size == 0) return NVML_ERROR_INVALID_ARGUMENT;
  memset(out, 0, size * sizeof *out);
  for (unsigned word = 0; word < size && word < NUMBERS / 64; word++) out[word] = numbers->bits[word];
  return NVML_SUCCESS;
}

/* A socket that is one node has no list of its own. */
static const char *for_scope(nvmlAffinityScope_t scope, const char *node, const char *socket) {
  return scope == NVML_AFFINITY_SCOPE_SOCKET && socket[0] ? socket : node;
}

static nvmlReturn_t cpu_set(const struct gpu *gpu, nvmlAffinityScope_t scope, unsigned size, unsigned long *out) {
  struct numbers cpus;
  if (scope > NVML_AFFINITY_SCOPE_SOCKET || size == 0) return NVML_ERROR_INVALID_ARGUMENT;
  if (!gpu->topology.cpus[0]) return NVML_ERROR_NOT_SUPPORTED;
  numbers_read(for_scope(scope, gpu->topology.cpus, gpu->topology.socket_cpus), &cpus);
  return put_set(out, size, &cpus);
}

ANSWER(nvmlDeviceGetCpuAffinity, unsigned int cpuSetSize, unsigned long *cpuSet) { return cpu_set(call->gpu, NVML_AFFINITY_SCOPE_NODE, cpuSetSize, cpuSet); }

ANSWER(nvmlDeviceGetCpuAffinityWithinScope, unsigned int cpuSetSize, unsigned long *cpuSet, nvmlAffinityScope_t scope) {
  return cpu_set(call->gpu, scope, cpuSetSize, cpuSet);
}

ANSWER(nvmlDeviceGetMemoryAffinity, unsigned int nodeSetSize, unsigned long *nodeSet, nvmlAffinityScope_t scope) {
  const struct topology *topology = &call->gpu->topology;
  struct numbers nodes = {0};
  if (scope > NVML_AFFINITY_SCOPE_SOCKET || nodeSetSize == 0) return NVML_ERROR_INVALID_ARGUMENT;
  if (topology->numa_node == UNSUPPORTED_U32) return NVML_ERROR_NOT_SUPPORTED;
  if (scope == NVML_AFFINITY_SCOPE_SOCKET && topology->socket_nodes[0]) numbers_read(topology->socket_nodes, &nodes);
  else nodes.bits[topology->numa_node / 64] = UINT64_C(1) << (topology->numa_node % 64);
  return put_set(nodeSet, nodeSetSize, &nodes);
}

ANSWER(nvmlDeviceSetCpuAffinity) {
  struct numbers cpus;
  if (!call->gpu->topology.cpus[0]) return NVML_ERROR_NOT_SUPPORTED;
  numbers_read(call->gpu->topology.cpus, &cpus);
  call_unlock(call);
  if (sched_setaffinity(0, sizeof cpus.bits, (const cpu_set_t *)(const void *)cpus.bits) == 0) return NVML_SUCCESS;
  /* This host has none of the simulated host's processors: there is nothing to bind to. */
  return errno == EINVAL ? NVML_SUCCESS : NVML_ERROR_UNKNOWN;
}

ANSWER(nvmlDeviceClearCpuAffinity) {
  struct numbers all;
  call_unlock(call);
  memset(&all, 0xff, sizeof all);
  return sched_setaffinity(0, sizeof all.bits, (const cpu_set_t *)(const void *)all.bits) == 0 ? NVML_SUCCESS : NVML_ERROR_UNKNOWN;
}
