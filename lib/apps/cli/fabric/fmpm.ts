/**
 * The documents that NVIDIA's client fmpm prints, so that scripts around it can switch over: keys in ASCII order, three blanks of
 * indentation, `"key" : value`, short lists of numbers on one line. Null names, which the library tells as empty texts, are empty again.
 */
import type { NvLinkFailedDevice, NvLinkFailedDevices, Partition, UnsupportedPartition } from '../../../fabric/index.ts';

type Json = number | string | readonly Json[] | { readonly [key: string]: Json };

const INDENT = '   ';
/** A list is on one line if it is shorter than this, and than a third of this in elements. */
const LINE = 74;

/** With a line end. */
export function fmpmText(value: Json): string {
  return `${written(value, '')}\n`;
}

function written(value: Json, indent: string): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  const deeper = indent + INDENT;
  if (isList(value)) {
    if (value.length === 0) return '[]';
    const cells = value.map((cell) => written(cell, deeper));
    return isLong(value, cells) ? `[\n${cells.map((cell) => deeper + cell).join(',\n')}\n${indent}]` : `[ ${cells.join(', ')} ]`;
  }
  const members = Object.keys(value).sort().map((key) => `${deeper}${JSON.stringify(key)} : ${written(value[key] as Json, deeper)}`);
  return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isLong(list: readonly Json[], cells: readonly string[]): boolean {
  if (list.length * 3 >= LINE || list.some((cell) => typeof cell === 'object' && Object.keys(cell).length > 0)) return true;
  return 4 + 2 * (list.length - 1) + cells.join('').length >= LINE;
}

/** Versions of the structs that the library fills, as its header counts them: size, and version in the highest byte. */
const PARTITION_LIST = 16_909_068;
const UNSUPPORTED_LIST = 16_781_832;
const FAILED_DEVICES = 16_787_644;

export function fmpmPartitions({ partitions, maxPartitions }: { readonly partitions: readonly Partition[]; readonly maxPartitions: number }): string {
  return fmpmText({
    version: PARTITION_LIST,
    maxNumPartitions: maxPartitions,
    numPartitions: partitions.length,
    partitionInfo: partitions.map(({ id, active, gpus }) => ({
      partitionId: id,
      isActive: active ? 1 : 0,
      numGpus: gpus.length,
      gpuInfo: gpus.map(({ physicalId, uuid, pciBusId, nvLinksAvailable, nvLinksMax, nvLinkLineRateMBps }) => ({
        physicalId, uuid: uuid ?? '', pciBusId: pciBusId ?? '', numNvLinksAvailable: nvLinksAvailable, maxNumNvLinks: nvLinksMax, nvlinkLineRateMBps: nvLinkLineRateMBps,
      })),
    })),
  });
}

export function fmpmUnsupported(partitions: readonly UnsupportedPartition[]): string {
  return fmpmText({
    version: UNSUPPORTED_LIST,
    numPartitions: partitions.length,
    partitionInfo: partitions.map(({ id, physicalIds }) => ({ partitionId: id, numGpus: physicalIds.length, gpuPhysicalIds: physicalIds })),
  });
}

export function fmpmFailed({ gpus, switches }: NvLinkFailedDevices): string {
  return fmpmText({ version: FAILED_DEVICES, numGpus: gpus.length, numSwitches: switches.length, gpuInfo: gpus.map(failedDevice), switchInfo: switches.map(failedDevice) });
}

function failedDevice({ uuid, pciBusId, ports }: NvLinkFailedDevice): Json {
  return { uuid: uuid ?? '', pciBusId: pciBusId ?? '', numPorts: ports.length, portNum: ports };
}
