/* The topics of a machine, one line each: a topic that is not here does not exist. */
#include "attributes.h"
#include "machine.h"

extern const struct topic host_topic;

const struct topic *const TOPICS[] = {
    &host_topic,
    &board_topic,
    &pcie_topic,
    &memory_topic,
    &ecc_topic,
    &thermal_topic,
    &power_topic,
    &clocks_topic,
    &load_topic,
    &modes_topic,
    &nvlink_topic,
    &fabric_topic,
    &topology_topic,
    &mig_topic,
    &accounting_topic,
    &sessions_topic,
    &vgpu_topic,
    &drain_topic,
    &repair_topic,
    &recovery_topic,
    &gpu_cc_topic,
    &processes_topic,
    &vgpus_topic,
    &events_topic,
    &units_topic,
    &cc_topic,
    &cper_topic,
    &fabric_manager_topic,
};
const size_t TOPIC_COUNT = sizeof TOPICS / sizeof *TOPICS;
