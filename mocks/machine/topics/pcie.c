#include <string.h>
#include "attributes.h"
#include "machine.h"

/* In the order of NVML's numbers, as PCI's sub-classes of a display controller are in theirs. */
static const char *const BUS_TYPES[] = {"unknown", "pci", "pcie", "fpci", "agp", NULL};
static const char *const SUB_CLASSES[] = {"vga-controller", "xga-controller", "3d-controller", NULL};

#define AT(field) ATTRIBUTE_AT(struct pcie, field)
#define LINK(words, field, highest) {.name = words, .kind = ATTRIBUTE_U32, .most = (highest), .optional = true, AT(field)}
#define COUNTER(words, counter) {.name = "count." words, .kind = ATTRIBUTE_U32, .optional = true, AT(counters[counter])}

static const struct attribute ATTRIBUTES[] = {
    {.name = "domain", .kind = ATTRIBUTE_U32, .most = 0xffff, AT(domain)},
    {.name = "bus", .kind = ATTRIBUTE_U32, .most = 0xff, AT(bus)},
    {.name = "device", .kind = ATTRIBUTE_U32, .most = 0x1f, AT(device)},
    {.name = "function", .kind = ATTRIBUTE_U32, .most = 7, AT(function)},
    {.name = "device-id", .kind = ATTRIBUTE_U32, AT(device_id)},
    {.name = "subsystem-id", .kind = ATTRIBUTE_U32, AT(subsystem_id)},
    {.name = "sub-class", .kind = ATTRIBUTE_CHOICE, .choices = SUB_CLASSES, AT(sub_class)},
    {.name = "bus-type", .kind = ATTRIBUTE_CHOICE, .choices = BUS_TYPES, AT(bus_type)},
    {.name = "irq", .kind = ATTRIBUTE_U32, AT(irq)},
    LINK("generation", generation, PCIE_GENERATION_MAX),
    LINK("maximum-generation", maximum_generation, PCIE_GENERATION_MAX),
    LINK("gpu-maximum-generation", gpu_maximum_generation, PCIE_GENERATION_MAX),
    LINK("width", width, 32),
    LINK("maximum-width", maximum_width, 32),
    {.name = "atomics-outbound-mask", .kind = ATTRIBUTE_U32, .optional = true, AT(atomics_outbound)},
    {.name = "atomics-inbound-mask", .kind = ATTRIBUTE_U32, .optional = true, AT(atomics_inbound)},
    {.name = "tx-kilobytes-per-second", .kind = ATTRIBUTE_U32, .optional = true, AT(idle_kilobytes[PCIE_TX])},
    {.name = "rx-kilobytes-per-second", .kind = ATTRIBUTE_U32, .optional = true, AT(idle_kilobytes[PCIE_RX])},
    {.name = "tx-bytes", .kind = ATTRIBUTE_U64, .optional = true, AT(bytes[PCIE_TX])},
    {.name = "rx-bytes", .kind = ATTRIBUTE_U64, .optional = true, AT(bytes[PCIE_RX])},
    COUNTER("replays", PCIE_REPLAYS),
    COUNTER("replay-rollovers", PCIE_REPLAY_ROLLOVERS),
    COUNTER("l0-to-recovery", PCIE_L0_TO_RECOVERY),
    COUNTER("correctable-errors", PCIE_CORRECTABLE_ERRORS),
    COUNTER("naks-received", PCIE_NAKS_RECEIVED),
    COUNTER("receiver-errors", PCIE_RECEIVER_ERRORS),
    COUNTER("bad-tlps", PCIE_BAD_TLPS),
    COUNTER("naks-sent", PCIE_NAKS_SENT),
    COUNTER("bad-dllps", PCIE_BAD_DLLPS),
    COUNTER("non-fatal-errors", PCIE_NON_FATAL_ERRORS),
    COUNTER("fatal-errors", PCIE_FATAL_ERRORS),
    COUNTER("unsupported-requests", PCIE_UNSUPPORTED_REQUESTS),
    COUNTER("lcrc-errors", PCIE_LCRC_ERRORS),
    COUNTER("lane-errors", PCIE_LANE_ERRORS),
    {.name = "bar1.total-bytes", .kind = ATTRIBUTE_U64, .optional = true, AT(bar1_total_bytes)},
    {.name = "bar1.used-bytes", .kind = ATTRIBUTE_U64, AT(bar1_used_bytes)},
};

uint32_t pcie_lane_megabits(uint32_t generation) {
  static const uint32_t MEGABITS[PCIE_GENERATION_MAX + 1] = {0, 2500, 5000, 8000, 16000, 32000, 64000};
  return generation <= PCIE_GENERATION_MAX ? MEGABITS[generation] : 0;
}

/* A busy GPU moves a tenth of what the raw link could carry. */
uint32_t pcie_throughput(const struct machine *machine, const struct gpu *gpu, enum pcie_direction direction) {
  const struct pcie *pcie = &gpu->pcie;
  if (pcie->idle_kilobytes[direction] == UNSUPPORTED_U32) return UNSUPPORTED_U32;
  const uint64_t lanes = pcie->width == UNSUPPORTED_U32 ? 0 : pcie->width;
  const uint64_t link_kilobytes = pcie_lane_megabits(pcie->generation) * lanes * 1000 / 8;
  return pcie->idle_kilobytes[direction] + (uint32_t)(link_kilobytes / 10 * live_now(machine, gpu).gpu_percent / 100);
}

void pcie_count_bytes(struct machine *machine, struct gpu *gpu) {
  const int64_t now = machine_now_ns(machine), milliseconds = (now - gpu->pcie.bytes_counted_ns) / 1000000;
  for (int direction = 0; direction < PCIE_DIRECTIONS; direction++) {
    const uint32_t kilobytes = pcie_throughput(machine, gpu, direction);
    if (gpu->pcie.bytes[direction] != UNSUPPORTED_U64 && kilobytes != UNSUPPORTED_U32) gpu->pcie.bytes[direction] += (uint64_t)kilobytes * (uint64_t)milliseconds;
  }
  gpu->pcie.bytes_counted_ns += milliseconds * 1000000;
}

/* The kernel hands interrupts out one after the other. */
static void made(struct machine *machine, struct gpu *gpu) {
  enum { FIRST_IRQ = 128 };
  if (gpu->pcie.irq == 0) gpu->pcie.irq = FIRST_IRQ + (uint32_t)(gpu - machine->gpus);
}

static void driver_loaded(struct machine *machine, struct gpu *gpu) {
  gpu->pcie.bytes_counted_ns = machine_now_ns(machine);
  for (int direction = 0; direction < PCIE_DIRECTIONS; direction++)
    if (gpu->pcie.bytes[direction] != UNSUPPORTED_U64) gpu->pcie.bytes[direction] = 0;
}

static void gpu_reset(struct machine *machine, struct gpu *gpu) {
  (void)machine;
  for (int counter = 0; counter < PCIE_COUNTERS; counter++)
    if (gpu->pcie.counters[counter] != UNSUPPORTED_U32) gpu->pcie.counters[counter] = 0;
}

static void was_set(struct machine *machine, struct gpu *gpu, const struct attribute *attribute) {
  if (strcmp(attribute->name, "tx-bytes") == 0 || strcmp(attribute->name, "rx-bytes") == 0) gpu->pcie.bytes_counted_ns = machine_now_ns(machine);
}

static bool check(const struct machine *machine, const struct gpu *gpu, unsigned index, struct failure *failure) {
  const struct pcie *own = &gpu->pcie;
  for (unsigned other = 0; other < index; other++) {
    const struct pcie *before = &machine->gpus[other].pcie;
    if (before->domain == own->domain && before->bus == own->bus && before->device == own->device && before->function == own->function)
      return refuse(failure, "INVALID_INPUT", "gpu.%u: has the PCI address of GPU %u: make them differ", index, other);
  }
  if (own->bar1_used_bytes > own->bar1_total_bytes)
    return refuse(failure, "INVALID_INPUT", "gpu.%u.pcie.bar1: uses more than it has: lower used-bytes or raise total-bytes", index);
  return true;
}

const struct topic pcie_topic = {.name = "pcie",
                                 .offset = offsetof(struct gpu, pcie),
                                 .attributes = ATTRIBUTES,
                                 .attribute_count = sizeof ATTRIBUTES / sizeof *ATTRIBUTES,
                                 .made = made,
                                 .driver_loaded = driver_loaded,
                                 .gpu_reset = gpu_reset,
                                 .settle = pcie_count_bytes,
                                 .was_set = was_set,
                                 .check = check};
