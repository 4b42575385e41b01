import { describe, expect, it } from 'vitest';
import { fmpmFailed, fmpmPartitions, fmpmText, fmpmUnsupported } from '../../../../lib/apps/cli/fabric/fmpm.ts';

const gpu = (physicalId: number) => ({ physicalId, uuid: null, pciBusId: null, nvLinksAvailable: 17, nvLinksMax: 18, nvLinkLineRateMBps: 50_000 });

describe('what NVIDIA\'s client prints', () => {
  it('of partitions: sorted keys, three blanks, `"key" : value`, empty texts for what is not told', () => {
    expect(fmpmPartitions({ maxPartitions: 15, partitions: [{ id: 7, active: true, gpus: [gpu(1)] }] })).toBe(`{
   "maxNumPartitions" : 15,
   "numPartitions" : 1,
   "partitionInfo" : [
      {
         "gpuInfo" : [
            {
               "maxNumNvLinks" : 18,
               "numNvLinksAvailable" : 17,
               "nvlinkLineRateMBps" : 50000,
               "pciBusId" : "",
               "physicalId" : 1,
               "uuid" : ""
            }
         ],
         "isActive" : 1,
         "numGpus" : 1,
         "partitionId" : 7
      }
   ],
   "version" : 16909068
}
`);
  });

  it('of unsupported partitions: short lists of numbers on one line', () => {
    expect(fmpmUnsupported([{ id: 0, physicalIds: [1, 2] }])).toBe(`{
   "numPartitions" : 1,
   "partitionInfo" : [
      {
         "gpuPhysicalIds" : [ 1, 2 ],
         "numGpus" : 2,
         "partitionId" : 0
      }
   ],
   "version" : 16781832
}
`);
    expect(fmpmUnsupported([])).toContain('"partitionInfo" : [],');
  });

  it('of failed devices', () => {
    expect(fmpmFailed({ gpus: [], switches: [{ uuid: 'S', pciBusId: '00000000:05:00.0', ports: [3] }] })).toBe(`{
   "gpuInfo" : [],
   "numGpus" : 0,
   "numSwitches" : 1,
   "switchInfo" : [
      {
         "numPorts" : 1,
         "pciBusId" : "00000000:05:00.0",
         "portNum" : [ 3 ],
         "uuid" : "S"
      }
   ],
   "version" : 16787644
}
`);
  });

  it('breaks a list that would take 74 characters or more, a line for each element', () => {
    // `[ 1, 1 ]`: 4 around, 2 between, 1 each.
    const ones = (count: number) => Array.from({ length: count }, () => 1);
    expect(fmpmText(ones(23))).toHaveLength(4 + 22 * 2 + 23 + '\n'.length);
    expect(fmpmText(ones(24)).split('\n')).toEqual(['[', ...ones(23).map(() => '   1,'), '   1', ']', '']);
  });
});
