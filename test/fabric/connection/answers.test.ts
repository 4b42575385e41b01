import { describe, expect, it } from 'vitest';
import { failedDevicesOf, partitionsOf, unsupportedPartitionsOf } from '../../../lib/fabric/connection/answers.ts';

type List = Parameters<typeof partitionsOf>[0];

const nobody = { physicalId: 0, uuid: '', pciBusId: '', numNvLinksAvailable: 0, maxNumNvLinks: 0, nvlinkLineRateMBps: 0 };
const gpu = (physicalId: number) => ({ ...nobody, physicalId, numNvLinksAvailable: 18, maxNumNvLinks: 18, nvlinkLineRateMBps: 26_562 });
const partition = (partitionId: number, physicalIds: readonly number[], isActive = 0, numGpus = physicalIds.length) => ({ partitionId, isActive, numGpus, gpuInfo: [...physicalIds.map(gpu), ...Array.from({ length: 16 - physicalIds.length }, () => nobody)] });
const list = (partitions: readonly ReturnType<typeof partition>[], numPartitions = partitions.length): List => ({
  version: 0, numPartitions, maxNumPartitions: 64, partitionInfo: [...partitions, ...Array.from({ length: 64 - partitions.length }, () => partition(0, []))],
});
const impossible = (sentence: RegExp): unknown => expect.objectContaining({ code: 'IMPLAUSIBLE_ANSWER', message: expect.stringMatching(sentence) as string });

describe('the list of partitions', () => {
  it('is as long as it says, and empty texts are not known', () => {
    expect(partitionsOf(list([partition(3, [1, 3], 1)]))).toEqual([
      { id: 3, active: true, gpus: [1, 3].map((physicalId) => ({ physicalId, uuid: null, pciBusId: null, nvLinksAvailable: 18, nvLinksMax: 18, nvLinkLineRateMBps: 26_562 })) },
    ]);
  });
  it('has addresses as NVML writes them', () => {
    const told = partition(0, [1]);
    told.gpuInfo[0] = { ...gpu(1), uuid: 'GPU-1', pciBusId: '0000:3b:00.0' };
    expect(partitionsOf(list([told]))[0]?.gpus[0]).toMatchObject({ uuid: 'GPU-1', pciBusId: '00000000:3B:00.0' });
  });
  it.each<[string, List, RegExp]>([
    ['more partitions than there is room for', list([], 65), /65 partitions/],
    ['more GPUs than there is room for', list([partition(1, [1], 0, 17)]), /17 GPUs of partition 1/],
    ['a partition without GPUs', list([partition(1, [])]), /no GPU of partition 1/],
    ['a flag that is neither', list([partition(1, [1], 2)]), /tells 2 for whether partition 1 is active/],
    ['a partition twice', list([partition(1, [1]), partition(1, [2])]), /partition 1 twice/],
    ['a GPU twice', list([partition(1, [4, 4])]), /GPU 4 twice/],
  ])('is not believed with %s', (_, told, sentence) => expect(() => partitionsOf(told)).toThrow(impossible(sentence)));
});

describe('other lists', () => {
  const unsupported = (numPartitions: number, numGpus: number) => ({ version: 0, numPartitions, partitionInfo: Array.from({ length: 64 }, (_, partitionId) => ({ partitionId, numGpus, gpuPhysicalIds: Array.from({ length: 16 }, (__, place) => place + 1) })) });
  it('of partitions that are gone', () => expect(unsupportedPartitionsOf(unsupported(1, 2))).toEqual([{ id: 0, physicalIds: [1, 2] }]));
  it('are not believed with more than there is room for', () => {
    expect(() => unsupportedPartitionsOf(unsupported(65, 1))).toThrow(impossible(/65 partitions/));
    expect(() => unsupportedPartitionsOf(unsupported(1, 17))).toThrow(impossible(/17 GPUs/));
  });

  const device = (numPorts: number) => ({ uuid: 'GPU-1', pciBusId: '0000:3b:00.0', numPorts, portNum: Array.from({ length: 64 }, (_, port) => port + 8) });
  const failed = (numGpus: number, numSwitches: number, numPorts: number) => ({ version: 0, numGpus, numSwitches, gpuInfo: Array.from({ length: 16 }, () => device(numPorts)), switchInfo: Array.from({ length: 12 }, () => device(numPorts)) });
  it('of failed devices', () => {
    const told = { uuid: 'GPU-1', pciBusId: '00000000:3B:00.0', ports: [8, 9] };
    expect(failedDevicesOf(failed(1, 2, 2))).toEqual({ gpus: [told], switches: [told, told] });
  });
  it.each([[17, 0, 0], [0, 13, 0], [1, 0, 65]])('are not believed with %i GPUs, %i switches, %i ports', (...counts) => expect(() => failedDevicesOf(failed(...counts))).toThrow(impossible(/at most/)));
});
