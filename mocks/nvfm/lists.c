/* The three lists: partitions, those that cannot be had, devices with failed NVLinks. */
#include <stdio.h>
#include <string.h>
#include "attributes.h"
#include "request.h"

static void put_place(char out[FM_DEVICE_PCI_BUS_ID_BUFFER_SIZE], unsigned domain, unsigned bus, unsigned device, unsigned function) {
  snprintf(out, FM_DEVICE_PCI_BUS_ID_BUFFER_SIZE, "%08X:%02X:%02X.%X", domain, bus & 0xff, device & 0x1f, function & 7);
}

static void put_text(char *out, size_t size, const char *text) {
  const size_t length = strnlen(text, size - 1);
  memset(out, 0, size);
  memcpy(out, text, length);
}

static void put_gpu(struct machine *machine, const struct fm_partition *partition, uint32_t id, fmFabricPartitionGpuInfo_t *out) {
  const struct gpu *gpu = fabric_gpu_of(machine, id);
  *out = (fmFabricPartitionGpuInfo_t){.physicalId = id, .maxNumNvLinks = partition->links};
  if (!gpu) return;
  out->numNvLinksAvailable = fabric_links_available(machine, gpu, partition);
  out->nvlinkLineRateMBps = gpu->nvlink.speed_megabytes;
  if (fabric_lists_everything(machine)) return;
  put_text(out->uuid, sizeof out->uuid, gpu->board.uuid);
  put_place(out->pciBusId, gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, gpu->pcie.function);
}

static void put_partition(struct machine *machine, const struct fm_partition *partition, fmFabricPartitionInfo_t *out) {
  uint32_t ids[FM_GPUS];
  const unsigned count = fabric_partition_gpus(partition, ids);
  out->partitionId = partition->id;
  out->isActive = partition->active;
  out->numGpus = count;
  for (unsigned i = 0; i < count; i++) put_gpu(machine, partition, ids[i], &out->gpuInfo[i]);
}

/* What a list says, unless the daemon was made to say something else. */
static unsigned told(uint32_t instead, unsigned count) { return instead == UNSUPPORTED_U32 ? count : instead; }

static enum fm_outcome list_partitions(struct machine *machine, void *context) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  fmFabricPartitionList_v2 *list = context;
  const enum fm_outcome outcome = fabric_may_list(machine);
  unsigned count = 0;
  if (outcome != FM_DONE) return outcome;
  memset((char *)list + sizeof list->version, 0, sizeof *list - sizeof list->version);
  for (unsigned i = 0; i < fabric_partition_count(machine); i++)
    if (!manager->partitions[i].unsupported && count < manager->told_partitions) put_partition(machine, &manager->partitions[i], &list->partitionInfo[count++]);
  list->numPartitions = told(manager->told_count, count);
  list->maxNumPartitions = fabric_partition_count(machine);
  if (count > 0) list->partitionInfo[0].numGpus = told(manager->told_gpus, list->partitionInfo[0].numGpus);
  return FM_DONE;
}

static enum fm_outcome list_unsupported(struct machine *machine, void *context) {
  const struct fabric_manager *manager = &machine->fabric_manager;
  fmUnsupportedFabricPartitionList_v1 *list = context;
  const enum fm_outcome outcome = fabric_may_list(machine);
  if (outcome != FM_DONE) return outcome;
  memset((char *)list + sizeof list->version, 0, sizeof *list - sizeof list->version);
  for (unsigned i = 0; i < fabric_partition_count(machine); i++) {
    if (!manager->partitions[i].unsupported) continue;
    fmUnsupportedFabricPartitionInfo_t *info = &list->partitionInfo[list->numPartitions++];
    info->partitionId = manager->partitions[i].id;
    info->numGpus = fabric_partition_gpus(&manager->partitions[i], info->gpuPhysicalIds);
  }
  return FM_DONE;
}

static void put_ports(const struct fm_failed_ports *failed, fmNvlinkFailedDeviceInfo_t *out) {
  out->numPorts = failed->count;
  for (unsigned i = 0; i < failed->count; i++) out->portNum[i] = failed->ports[i];
}

static void put_failed_gpus(const struct machine *machine, fmNvlinkFailedDevices_v1 *list) {
  for (uint32_t i = 0; i < machine->gpu_count && list->numGpus < FM_MAX_NUM_GPUS; i++) {
    const struct gpu *gpu = &machine->gpus[i];
    const struct fm_failed_ports failed = fabric_failed_ports_of_gpu(gpu);
    if (failed.count == 0) continue;
    fmNvlinkFailedDeviceInfo_t *info = &list->gpuInfo[list->numGpus++];
    put_text(info->uuid, sizeof info->uuid, gpu->board.uuid);
    put_place(info->pciBusId, gpu->pcie.domain, gpu->pcie.bus, gpu->pcie.device, gpu->pcie.function);
    put_ports(&failed, info);
  }
}

/* Without a UUID: nothing on a simulated host gives NVSwitches one. */
static void put_failed_switches(const struct machine *machine, fmNvlinkFailedDevices_v1 *list) {
  struct fm_function place;
  for (unsigned i = 0; i < FM_SWITCHES && fabric_switch_address(machine, i, &place); i++) {
    const struct fm_failed_ports failed = fabric_failed_ports_of_switch(machine, i);
    if (failed.count == 0) continue;
    fmNvlinkFailedDeviceInfo_t *info = &list->switchInfo[list->numSwitches++];
    put_place(info->pciBusId, place.domain, place.bus, place.device, place.function);
    put_ports(&failed, info);
  }
}

static enum fm_outcome list_failed(struct machine *machine, void *context) {
  fmNvlinkFailedDevices_v1 *list = context;
  const enum fm_outcome outcome = fabric_may_list_failed(machine);
  if (outcome != FM_DONE) return outcome;
  memset((char *)list + sizeof list->version, 0, sizeof *list - sizeof list->version);
  if (fabric_lists_everything(machine)) return FM_DONE;
  put_failed_gpus(machine, list);
  put_failed_switches(machine, list);
  return FM_DONE;
}

/* In the order of the real library: initialised? arguments there? a live handle? the right version? */
static fmReturn_t list(const char *function, fmHandle_t handle, unsigned *version, unsigned served, serve_request *serve) {
  uint32_t run;
  if (!session_initialised()) return FM_ST_UNINITIALIZED;
  if (!handle || !version) return FM_ST_BADPARAM;
  if (!session_has((uintptr_t)handle, &run)) return FM_ST_CONNECTION_NOT_VALID;
  if (*version != served) return FM_ST_VERSION_MISMATCH;
  return (fmReturn_t)ask_daemon(function, handle, serve, version);
}

FM_API fmReturn_t fmGetSupportedFabricPartitions(fmHandle_t pFmHandle, fmFabricPartitionList_v2 *pFmFabricPartition) {
  return list(__func__, pFmHandle, (unsigned *)pFmFabricPartition, fmFabricPartitionList_version2, list_partitions);
}

FM_API fmReturn_t fmGetUnsupportedFabricPartitions(fmHandle_t pFmHandle, fmUnsupportedFabricPartitionList_v1 *pFmUnupportedFabricPartition) {
  return list(__func__, pFmHandle, (unsigned *)pFmUnupportedFabricPartition, fmUnsupportedFabricPartitionList_version1, list_unsupported);
}

FM_API fmReturn_t fmGetNvlinkFailedDevices(fmHandle_t pFmHandle, fmNvlinkFailedDevices_v1 *pFmNvlinkFailedDevices) {
  return list(__func__, pFmHandle, (unsigned *)pFmNvlinkFailedDevices, fmNvlinkFailedDevices_version1, list_failed);
}
