/* Where a GPU is on the bus. */
#include <stdio.h>
#include <string.h>
#include "api.h"

static void put_address(char *buffer, size_t bytes, const struct gpu *gpu) {
  snprintf(buffer, bytes, "%08X:%02X:%02X.%X", gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, gpu->pcie.function);
}

static nvmlReturn_t pci_info(const struct gpu *gpu, nvmlPciInfo_t *pci) {
  memset(pci, 0, sizeof *pci);
  /* The legacy text has room for four digits of the domain. */
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.%X", gpu->pcie.domain & 0xffff, gpu->pcie.bus & 0xff, gpu->pcie.device & 0xff, gpu->pcie.function & 0xf);
  put_address(pci->busId, sizeof pci->busId, gpu);
  pci->domain = gpu->pcie.domain;
  pci->bus = gpu->pcie.bus;
  pci->device = gpu->pcie.device;
  pci->pciDeviceId = gpu->pcie.device_id;
  pci->pciSubSystemId = gpu->pcie.subsystem_id;
  return NVML_SUCCESS;
}

ANSWER(nvmlDeviceGetPciInfo, nvmlPciInfo_t *pci) { return pci_info(call->gpu, pci); }
ANSWER(nvmlDeviceGetPciInfo_v2, nvmlPciInfo_t *pci) { return pci_info(call->gpu, pci); }
ANSWER(nvmlDeviceGetPciInfo_v3, nvmlPciInfo_t *pci) { return pci_info(call->gpu, pci); }

ANSWER(nvmlDeviceGetPciInfoExt, nvmlPciInfoExt_v1_t *pci) {
  enum { PCI_CLASS_DISPLAY = 3 };
  const struct gpu *gpu = call->gpu;
  pci->domain = gpu->pcie.domain;
  pci->bus = gpu->pcie.bus;
  pci->device = gpu->pcie.device;
  pci->pciDeviceId = gpu->pcie.device_id;
  pci->pciSubSystemId = gpu->pcie.subsystem_id;
  pci->baseClass = PCI_CLASS_DISPLAY;
  pci->subClass = gpu->pcie.sub_class;
  memset(pci->busId, 0, sizeof pci->busId);
  put_address(pci->busId, sizeof pci->busId, gpu);
  return NVML_SUCCESS;
}
