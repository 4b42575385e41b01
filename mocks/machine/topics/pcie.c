#include "attributes.h"
#include "machine.h"

static const struct attribute ATTRIBUTES[] = {
  {.name = "domain", .kind = ATTRIBUTE_U32, .most = 0xffff, ATTRIBUTE_AT(struct pcie, domain)},
  {.name = "bus", .kind = ATTRIBUTE_U32, .most = 0xff, ATTRIBUTE_AT(struct pcie, bus)},
  {.name = "device", .kind = ATTRIBUTE_U32, .most = 0x1f, ATTRIBUTE_AT(struct pcie, device)},
  {.name = "function", .kind = ATTRIBUTE_U32, .most = 7, ATTRIBUTE_AT(struct pcie, function)},
  {.name = "device-id", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct pcie, device_id)},
  {.name = "subsystem-id", .kind = ATTRIBUTE_U32, ATTRIBUTE_AT(struct pcie, subsystem_id)},
};

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  for (unsigned other = 0; other < index; other++) {
    const struct pcie *before = &machine->gpus[other].pcie, *own = &gpu->pcie;
    if (before->domain == own->domain && before->bus == own->bus && before->device == own->device && before->function == own->function)
      return refuse(failure, "INVALID_INPUT", "gpu.%u: has the PCI address of GPU %u: make them differ", index, other);
  }
  return true;
}

const struct topic pcie_topic = {
    .name = "pcie", .offset = offsetof(struct gpu, pcie), .attributes = ATTRIBUTES, .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES, .check = check};
