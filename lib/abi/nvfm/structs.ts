/** Fabric Manager's structs, in C order: what a struct contains comes before it. */
import { array, struct, text, u32, version } from '../layout.ts';
import { fmBufferSizes as size, fmLimits as most } from './constants.ts';
import * as e from './enums.ts';
import * as t from './typedefs.ts';

/** Until 575. `addressInfo` is `host`, `host:port` or, if `addressIsUnixSocket` is not 0, a path. */
export const connectParamsV1 = struct('fmConnectParams_v1', {
  version: version(1),
  addressInfo: text(size.FM_MAX_STR_LENGTH),
  timeoutMs: u32,
  addressIsUnixSocket: u32,
});

/** Since 610. `addressType` says how to read `addressInfo`; `addressIsUnixSocket` is still there, set both. */
export const connectParamsV2 = struct('fmConnectParams_v2', {
  version: version(2),
  addressInfo: text(size.FM_MAX_STR_LENGTH),
  timeoutMs: u32,
  addressIsUnixSocket: u32,
  addressType: e.addressType,
});

/** Of a virtual function. */
export const pciDevice = struct('fmPciDevice_t', { domain: u32, bus: u32, device: u32, function: u32 });

/** `uuid` and `pciBusId` are empty from H100 on: `physicalId`, the GPU's module id, tells it. */
export const fabricPartitionGpuInfo = struct('fmFabricPartitionGpuInfo_t', {
  physicalId: u32,
  uuid: text(size.FM_UUID_BUFFER_SIZE),
  pciBusId: text(size.FM_DEVICE_PCI_BUS_ID_BUFFER_SIZE),
  numNvLinksAvailable: u32,
  maxNumNvLinks: u32,
  nvlinkLineRateMBps: u32,
});

export const fabricPartitionInfo = struct('fmFabricPartitionInfo_t', {
  partitionId: t.partitionId,
  isActive: u32,
  numGpus: u32,
  gpuInfo: array(fabricPartitionGpuInfo, most.FM_MAX_NUM_GPUS),
});

/** Its version word holds 1, whatever its name says. */
export const fabricPartitionList = struct('fmFabricPartitionList_v2', {
  version: version(1),
  numPartitions: u32,
  maxNumPartitions: u32,
  partitionInfo: array(fabricPartitionInfo, most.FM_MAX_FABRIC_PARTITIONS),
});

export const activatedFabricPartitionList = struct('fmActivatedFabricPartitionList_v1', {
  version: version(1),
  numPartitions: u32,
  partitionIds: array(t.partitionId, most.FM_MAX_FABRIC_PARTITIONS),
});

/** A GPU or an NVSwitch, and which of its ports failed. */
export const nvlinkFailedDeviceInfo = struct('fmNvlinkFailedDeviceInfo_t', {
  uuid: text(size.FM_UUID_BUFFER_SIZE),
  pciBusId: text(size.FM_DEVICE_PCI_BUS_ID_BUFFER_SIZE),
  numPorts: u32,
  portNum: array(u32, most.FM_MAX_NUM_NVLINK_PORTS),
});

export const nvlinkFailedDevices = struct('fmNvlinkFailedDevices_v1', {
  version: version(1),
  numGpus: u32,
  numSwitches: u32,
  gpuInfo: array(nvlinkFailedDeviceInfo, most.FM_MAX_NUM_GPUS),
  switchInfo: array(nvlinkFailedDeviceInfo, most.FM_MAX_NUM_NVSWITCHES),
});

export const unsupportedFabricPartitionInfo = struct('fmUnsupportedFabricPartitionInfo_t', {
  partitionId: t.partitionId,
  numGpus: u32,
  gpuPhysicalIds: array(u32, most.FM_MAX_NUM_GPUS),
});

export const unsupportedFabricPartitionList = struct('fmUnsupportedFabricPartitionList_v1', {
  version: version(1),
  numPartitions: u32,
  partitionInfo: array(unsupportedFabricPartitionInfo, most.FM_MAX_FABRIC_PARTITIONS),
});
