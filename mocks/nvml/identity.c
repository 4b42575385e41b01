#include <stdio.h>
#include <string.h>
#include "api.h"

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  ENTER_DEVICE(device, OUT_TEXT(name, length));
  return (nvmlReturn_t)leave(&call, put_text(name, length, call.gpu->name));
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  ENTER_DEVICE(device, OUT_TEXT(uuid, length));
  return (nvmlReturn_t)leave(&call, put_text(uuid, length, call.gpu->uuid));
}

nvmlReturn_t nvmlDeviceGetSerial(nvmlDevice_t device, char *serial, unsigned int length) {
  ENTER_DEVICE(device, OUT_TEXT(serial, length));
  return (nvmlReturn_t)leave(&call, call.gpu->serial[0] ? put_text(serial, length, call.gpu->serial) : NVML_ERROR_NOT_SUPPORTED);
}

nvmlReturn_t nvmlDeviceGetBoardPartNumber(nvmlDevice_t device, char *partNumber, unsigned int length) {
  ENTER_DEVICE(device, OUT_TEXT(partNumber, length));
  return (nvmlReturn_t)leave(&call, call.gpu->board_part[0] ? put_text(partNumber, length, call.gpu->board_part) : NVML_ERROR_NOT_SUPPORTED);
}

static void put_address(char *buffer, size_t bytes, const struct gpu *gpu) {
  snprintf(buffer, bytes, "%08X:%02X:%02X.%X", gpu->domain, gpu->bus, gpu->device, gpu->function);
}

static nvmlReturn_t pci_info(const char *function, nvmlDevice_t device, nvmlPciInfo_t *pci) {
  struct call call;
  if (!enter_device(&call, function, device, OUTPUTS(OUT(pci)))) return (nvmlReturn_t)call.status;
  const struct gpu *gpu = call.gpu;
  memset(pci, 0, sizeof *pci);
  /* The legacy text has room for four digits of the domain. */
  snprintf(pci->busIdLegacy, sizeof pci->busIdLegacy, "%04X:%02X:%02X.%X", gpu->domain & 0xffff, gpu->bus & 0xff, gpu->device & 0xff, gpu->function & 0xf);
  put_address(pci->busId, sizeof pci->busId, gpu);
  pci->domain = gpu->domain;
  pci->bus = gpu->bus;
  pci->device = gpu->device;
  pci->pciDeviceId = gpu->device_id;
  pci->pciSubSystemId = gpu->subsystem_id;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetPciInfo(nvmlDevice_t device, nvmlPciInfo_t *pci) { return pci_info(__func__, device, pci); }
nvmlReturn_t nvmlDeviceGetPciInfo_v2(nvmlDevice_t device, nvmlPciInfo_t *pci) { return pci_info(__func__, device, pci); }
nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) { return pci_info(__func__, device, pci); }

nvmlReturn_t nvmlDeviceGetPciInfoExt(nvmlDevice_t device, nvmlPciInfoExt_v1_t *pci) {
  enum { PCI_CLASS_DISPLAY = 3, PCI_SUBCLASS_3D = 2 };
  ENTER_DEVICE(device, OUT(pci));
  if (pci->version != nvmlPciInfoExt_v1) return (nvmlReturn_t)leave(&call, NVML_ERROR_ARGUMENT_VERSION_MISMATCH);
  const struct gpu *gpu = call.gpu;
  pci->domain = gpu->domain;
  pci->bus = gpu->bus;
  pci->device = gpu->device;
  pci->pciDeviceId = gpu->device_id;
  pci->pciSubSystemId = gpu->subsystem_id;
  pci->baseClass = PCI_CLASS_DISPLAY;
  pci->subClass = PCI_SUBCLASS_3D;
  memset(pci->busId, 0, sizeof pci->busId);
  put_address(pci->busId, sizeof pci->busId, gpu);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetBoardId(nvmlDevice_t device, unsigned int *boardId) {
  ENTER_DEVICE(device, OUT(boardId));
  *boardId = call.gpu->board_id;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetModuleId(nvmlDevice_t device, unsigned int *moduleId) {
  ENTER_DEVICE(device, OUT(moduleId));
  if (call.gpu->module_id == MODULE_ID_NONE) return (nvmlReturn_t)leave(&call, NVML_ERROR_NOT_SUPPORTED);
  *moduleId = call.gpu->module_id;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetMinorNumber(nvmlDevice_t device, unsigned int *minorNumber) {
  ENTER_DEVICE(device, OUT(minorNumber));
  *minorNumber = call.gpu->minor_number;
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}

nvmlReturn_t nvmlDeviceGetIndex(nvmlDevice_t device, unsigned int *index) {
  ENTER_DEVICE(device, OUT(index));
  *index = (unsigned)(call.gpu - call.machine->gpus);
  return (nvmlReturn_t)leave(&call, NVML_SUCCESS);
}
