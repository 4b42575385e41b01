#include "attributes.h"
#include "machine.h"
#include "number-list.h"

#define OPTIONAL_NUMBER(words, field) {.name = words, .kind = ATTRIBUTE_U32, .optional = true, ATTRIBUTE_AT(struct topology, field)}
#define OPTIONAL_TEXT(words, field) {.name = words, .kind = ATTRIBUTE_TEXT, .optional = true, ATTRIBUTE_AT(struct topology, field)}
#define SWITCH(words, field) {.name = words, .kind = ATTRIBUTE_SWITCH, ATTRIBUTE_AT(struct topology, field)}

static const struct attribute ATTRIBUTES[] = {
    {.name = "numa-node", .kind = ATTRIBUTE_U32, .optional = true, .most = NUMBERS - 1, ATTRIBUTE_AT(struct topology, numa_node)},
    OPTIONAL_NUMBER("pcie-switch", pcie_switch),
    OPTIONAL_NUMBER("root-port", root_port),
    OPTIONAL_NUMBER("host-bridge", host_bridge),
    OPTIONAL_TEXT("cpus", cpus),
    OPTIONAL_TEXT("socket-cpus", socket_cpus),
    OPTIONAL_TEXT("socket-numa-nodes", socket_nodes),
    OPTIONAL_NUMBER("memory-numa-node", own_node),
    SWITCH("p2p-over-pcie", p2p_over_pcie),
    SWITCH("p2p-across-sockets", p2p_across_sockets),
};

static bool is_list(const char *text, const char *name, unsigned index, struct failure *failure) {
  struct numbers numbers;
  return numbers_read(text, &numbers) ||
         refuse(failure, "INVALID_INPUT", "gpu.%u.topology.%s: \"%s\" is no list of numbers below %d: write one like 0-15,32", index, name, text, NUMBERS);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  (void)machine;
  return is_list(gpu->topology.cpus, "cpus", index, failure) && is_list(gpu->topology.socket_cpus, "socket-cpus", index, failure) &&
         is_list(gpu->topology.socket_nodes, "socket-numa-nodes", index, failure);
}

const struct topic topology_topic = {
    .name = "topology", .offset = offsetof(struct gpu, topology), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES, .check = check};
