/* Its place on the bus. */
#ifndef GPUWRIGHT_TOPIC_PCIE_H
#define GPUWRIGHT_TOPIC_PCIE_H

#include <stdint.h>

struct pcie {
  uint32_t domain, bus, device, function;
  uint32_t device_id, subsystem_id;
};

extern const struct topic pcie_topic;

#endif
