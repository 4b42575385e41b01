/** Fabric Manager's answers, believed only where they can be true: its library checks no count that comes back. */
import { fmLimits } from '../../abi/nvfm/constants.ts';
import type { nvfmFunctions } from '../../abi/nvfm/functions.ts';
import type { OutputsOf } from '../../abi/parameters.ts';
import { implausible } from '../../library/implausible.ts';
import { normalizePciAddress } from '../../host/pci-address.ts';
import type { NvLinkFailedDevice, NvLinkFailedDevices, Partition, PartitionGpu, UnsupportedPartition } from '../types.ts';

type Functions = typeof nvfmFunctions;
type PartitionList = OutputsOf<Functions['fmGetSupportedFabricPartitions']>['pFmFabricPartition'];
type UnsupportedList = OutputsOf<Functions['fmGetUnsupportedFabricPartitions']>['pFmUnupportedFabricPartition'];
type FailedDevices = OutputsOf<Functions['fmGetNvlinkFailedDevices']>['pFmNvlinkFailedDevices'];

function first<T>(call: string, what: string, count: number, most: number, all: readonly T[]): readonly T[] {
  if (count > most || count > all.length) throw implausible(call, `tells ${count} ${what}, and there are at most ${most}`);
  return all.slice(0, count);
}

function demandDistinct(call: string, what: string, ids: readonly number[]): void {
  const twice = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twice !== undefined) throw implausible(call, `names ${what} ${twice} twice`);
}

const known = (text: string): string | null => (text === '' ? null : text);

function gpuOf(gpu: PartitionList['partitionInfo'][number]['gpuInfo'][number]): PartitionGpu {
  return {
    physicalId: gpu.physicalId,
    uuid: known(gpu.uuid),
    pciBusId: known(normalizePciAddress(gpu.pciBusId) ?? gpu.pciBusId),
    nvLinksAvailable: gpu.numNvLinksAvailable,
    nvLinksMax: gpu.maxNumNvLinks,
    nvLinkLineRateMBps: gpu.nvlinkLineRateMBps,
  };
}

export function partitionListOf(list: PartitionList): { readonly partitions: readonly Partition[]; readonly maxPartitions: number } {
  return { partitions: partitionsOf(list), maxPartitions: list.maxNumPartitions };
}

export function partitionsOf(list: PartitionList): readonly Partition[] {
  const call = 'fmGetSupportedFabricPartitions';
  const partitions = first(call, 'partitions', list.numPartitions, fmLimits.FM_MAX_FABRIC_PARTITIONS, list.partitionInfo).map((partition): Partition => {
    const { partitionId: id, isActive } = partition;
    if (isActive > 1) throw implausible(call, `tells ${isActive} for whether partition ${id} is active, which is 0 or 1`);
    const gpus = first(call, `GPUs of partition ${id}`, partition.numGpus, fmLimits.FM_MAX_NUM_GPUS, partition.gpuInfo).map(gpuOf);
    if (gpus.length === 0) throw implausible(call, `tells no GPU of partition ${id}`);
    demandDistinct(call, `in partition ${id} GPU`, gpus.map(({ physicalId }) => physicalId));
    return { id, active: isActive === 1, gpus };
  });
  demandDistinct(call, 'partition', partitions.map(({ id }) => id));
  return partitions;
}

export function unsupportedPartitionsOf(list: UnsupportedList): readonly UnsupportedPartition[] {
  const call = 'fmGetUnsupportedFabricPartitions';
  const partitions = first(call, 'partitions', list.numPartitions, fmLimits.FM_MAX_FABRIC_PARTITIONS, list.partitionInfo).map((partition) => ({
    id: partition.partitionId,
    physicalIds: first(call, `GPUs of partition ${partition.partitionId}`, partition.numGpus, fmLimits.FM_MAX_NUM_GPUS, partition.gpuPhysicalIds),
  }));
  demandDistinct(call, 'partition', partitions.map(({ id }) => id));
  return partitions;
}

function failedDevice(device: FailedDevices['gpuInfo'][number]): NvLinkFailedDevice {
  return {
    uuid: known(device.uuid),
    pciBusId: known(normalizePciAddress(device.pciBusId) ?? device.pciBusId),
    ports: first('fmGetNvlinkFailedDevices', 'failed ports of one device', device.numPorts, fmLimits.FM_MAX_NUM_NVLINK_PORTS, device.portNum),
  };
}

export function failedDevicesOf(list: FailedDevices): NvLinkFailedDevices {
  const call = 'fmGetNvlinkFailedDevices';
  return {
    gpus: first(call, 'GPUs', list.numGpus, fmLimits.FM_MAX_NUM_GPUS, list.gpuInfo).map(failedDevice),
    switches: first(call, 'NVSwitches', list.numSwitches, fmLimits.FM_MAX_NUM_NVSWITCHES, list.switchInfo).map(failedDevice),
  };
}
