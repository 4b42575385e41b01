/* Who is at the other end of an NVLink. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "links.h"

/* What the driver gives for a switch that is no PCI device. */
enum { FABRIC_BUS = 0xffff, FABRIC_DEVICE = 0xff };
#define FABRIC_DOMAIN 0xffffffffu

static unsigned switch_device_id(unsigned generation) {
  switch (generation) {
    case 2: return 0x1ac210deu;
    case 3: return 0x1af110deu;
    case 4: return 0x22a310deu;
    default: return 0;
  }
}

static unsigned device_id(const struct machine *machine, const struct gpu *gpu, const struct nvlink_link *link) {
  if (link->remote == REMOTE_SWITCH) return switch_device_id(nvlink_generation(gpu));
  for (uint32_t i = 0; i < machine->gpu_count; i++) {
    const struct pcie *pcie = &machine->gpus[i].pcie;
    if (pcie->domain == link->remote_domain && pcie->bus == link->remote_bus && pcie->device == link->remote_device) return pcie->device_id;
  }
  return 0;
}

/* The topology view of the vendor's command-line tool goes through all numbers that a link of any GPU may have, and takes no other
 * answer than this for one that the GPU does not have; NVLink's other functions call such a number an invalid argument. */
static bool is_link_of_others(const struct call *call, unsigned link) { return link >= call->gpu->nvlink.link_count && link < NVML_NVLINK_MAX_LINKS; }

static nvmlReturn_t remote_pci(const struct call *call, unsigned link, nvmlPciInfo_t *pci) {
  struct nvlink_link *found;
  if (is_link_of_others(call, link)) return NVML_ERROR_NOT_SUPPORTED;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status != NVML_SUCCESS) return status;
  if (found->remote == REMOTE_NOTHING) return NVML_ERROR_NOT_SUPPORTED;
  const bool on_bus = found->remote_domain != UNSUPPORTED_U32;
  memset(pci, 0, sizeof *pci);
  pci->domain = on_bus ? found->remote_domain : FABRIC_DOMAIN;
  pci->bus = on_bus ? found->remote_bus : FABRIC_BUS;
  pci->device = on_bus ? found->remote_device : FABRIC_DEVICE;
  pci->pciDeviceId = on_bus ? device_id(call->machine, call->gpu, found) : 0;
  snprintf(pci->busId, sizeof pci->busId, "%08X:%02X:%02X.0", pci->domain, pci->bus, pci->device);
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.0", pci->domain & 0xffff, pci->bus & 0xffff, pci->device & 0xff);
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetNvLinkRemotePciInfo, unsigned int link, nvmlPciInfo_t *pci) { return remote_pci(call, link, pci); }
ANSWER(nvmlDeviceGetNvLinkRemotePciInfo_v2, unsigned int link, nvmlPciInfo_t *pci) { return remote_pci(call, link, pci); }

ANSWER(nvmlDeviceGetNvLinkRemoteDeviceType, unsigned int link, nvmlIntNvLinkDeviceType_t *pNvLinkDeviceType) {
  static const nvmlIntNvLinkDeviceType_t TYPES[] = {
      [REMOTE_GPU] = NVML_NVLINK_DEVICE_TYPE_GPU, [REMOTE_NPU] = NVML_NVLINK_DEVICE_TYPE_IBMNPU, [REMOTE_SWITCH] = NVML_NVLINK_DEVICE_TYPE_SWITCH};
  struct nvlink_link *found;
  const nvmlReturn_t status = find_link(call, link, &found);
  if (status != NVML_SUCCESS) return status;
  if (found->remote == REMOTE_NOTHING) return NVML_ERROR_NOT_SUPPORTED;
  *pNvLinkDeviceType = TYPES[found->remote];
  return NVML_SUCCESS;
}
