import { describe, expect, it } from 'vitest';
import { decode, encode, encodeCall, fmFamilies, nvfmFunctions as c, nvfmStruct } from '../../../lib/abi/index.ts';
import { measured } from './measured.ts';

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);
const real = (name: string) => measured.structs.find((each) => each.name === name);
const at = (struct: string, field: string) => real(struct)?.fields.find(({ name }) => name === field)?.offset ?? NaN;
const word = (name: string) => measured.versionWords[name]?.value;

describe('a connection', () => {
  const address = { address: '/run/fm.sock', type: 'unix', timeoutMs: 250 } as const;

  it('is asked for in the newest form first, each under its own version word', () => {
    expect(fmFamilies.connect.map(({ symbol }) => symbol)).toEqual(['fmConnect', 'fmConnect']);
    const [newest, oldest] = fmFamilies.connect.map((version) => version.encode(address).frame.memory);
    expect([viewOf(newest as Uint8Array).getUint32(0, true), viewOf(oldest as Uint8Array).getUint32(0, true)]).toEqual([word('fmConnectParams_v2'), word('fmConnectParams_v1')]);
  });

  it('writes the address where the library reads it, and says in both ways that it is a path', () => {
    for (const version of fmFamilies.connect) {
      const view = viewOf(version.encode(address).frame.memory);
      const text = Array.from('/run/fm.sock\0', (letter) => letter.charCodeAt(0));
      expect(text.map((_, i) => view.getUint8(at('fmConnectParams_v1', 'addressInfo') + i))).toEqual(text);
      expect(view.getUint32(at('fmConnectParams_v1', 'timeoutMs'), true)).toBe(250);
      expect(view.getUint32(at('fmConnectParams_v1', 'addressIsUnixSocket'), true)).toBe(1);
    }
    const view = viewOf((fmFamilies.connect[0] as (typeof fmFamilies.connect)[number]).encode(address).frame.memory);
    const unix = measured.enums.find(({ name }) => name === 'enum nvFmApiAddrTypes')?.values['NV_FM_API_ADDR_TYPE_UNIX'];
    expect(view.getUint32(at('fmConnectParams_v2', 'addressType'), true)).toBe(unix);
  });
});

describe('a partition list of 131,852 bytes', () => {
  it('is decoded to its last GPU', () => {
    const call = encodeCall(c.fmGetSupportedFabricPartitions, { pFmHandle: 2n });
    expect(call.frame.memory.length).toBeGreaterThanOrEqual(real('fmFabricPartitionList_v2')?.size ?? NaN);
    const view = viewOf(call.frame.memory);
    expect(view.getUint32(0, true)).toBe(word('fmFabricPartitionList_v2'));
    const gpuSize = real('fmFabricPartitionGpuInfo_t')?.size ?? NaN;
    const last = at('fmFabricPartitionList_v2', 'partitionInfo') + 63 * (real('fmFabricPartitionInfo_t')?.size ?? NaN);
    view.setUint32(4, 64, true);
    view.setUint32(last, 63, true);
    view.setUint32(last + at('fmFabricPartitionInfo_t', 'gpuInfo') + 15 * gpuSize, 16, true);
    view.setUint32(last + at('fmFabricPartitionInfo_t', 'gpuInfo') + 15 * gpuSize + at('fmFabricPartitionGpuInfo_t', 'nvlinkLineRateMBps'), 26562, true);
    const { numPartitions, partitionInfo } = call.decode().pFmFabricPartition;
    expect([numPartitions, partitionInfo.length, partitionInfo[63]?.partitionId, partitionInfo[63]?.gpuInfo[15]]).toEqual([
      64, 64, 63, { physicalId: 16, uuid: '', pciBusId: '', numNvLinksAvailable: 0, maxNumNvLinks: 0, nvlinkLineRateMBps: 26562 },
    ]);
  });
});

describe('what a caller gives', () => {
  it('virtual functions stand one after the other, their number beside them', () => {
    const vfList = [{ domain: 0, bus: 0x3b, device: 0, function: 4 }, { domain: 1, bus: 0x86, device: 1, function: 7 }];
    const { frame } = encodeCall(c.fmActivateFabricPartitionWithVFs, { pFmHandle: 2n, partitionId: 7, vfList });
    expect([frame.words[0], frame.words[1], frame.words[3]]).toEqual([2n, 7n, 2n]);
    expect(frame.pointerMask).toBe(0b100);
    const view = viewOf(frame.memory);
    const size = real('fmPciDevice_t')?.size ?? NaN;
    expect([...'01234567'].map((_, i) => view.getUint32(4 * i, true))).toEqual([0, 0x3b, 0, 4, 1, 0x86, 1, 7]);
    expect(frame.memory.length).toBe(2 * size);
  });

  it('no virtual functions are NULL and 0, which the library refuses', () => {
    const { frame } = encodeCall(c.fmActivateFabricPartitionWithVFs, { pFmHandle: 2n, partitionId: 7, vfList: [] });
    expect([frame.words[2], frame.words[3], frame.pointerMask]).toEqual([0n, 0n, 0]);
  });

  it('only as many ids as the struct has room for', () => {
    const list = (length: number) => ({ pFmHandle: 2n, pFmActivatedPartitionList: { numPartitions: length, partitionIds: Array.from({ length }, (_, id) => id) } });
    expect(viewOf(encodeCall(c.fmSetActivatedFabricPartitions, list(64)).frame.memory).getUint32(at('fmActivatedFabricPartitionList_v1', 'partitionIds') + 4 * 63, true)).toBe(63);
    expect(() => encodeCall(c.fmSetActivatedFabricPartitions, list(65))).toThrow(RangeError);
  });

  it('comes back as it went in', () => {
    const failed = {
      version: word('fmNvlinkFailedDevices_v1') ?? NaN,
      numGpus: 1,
      numSwitches: 1,
      gpuInfo: Array.from({ length: 16 }, (_, i) => ({ uuid: i === 0 ? 'GPU-1' : '', pciBusId: '', numPorts: i === 0 ? 1 : 0, portNum: Array.from({ length: 64 }, () => (i === 0 ? 5 : 0)) })),
      switchInfo: Array.from({ length: 12 }, () => ({ uuid: '', pciBusId: '00000000:01:00.0', numPorts: 2, portNum: Array.from({ length: 64 }, (_, i) => i) })),
    };
    const bytes = new Uint8Array(nvfmStruct.nvlinkFailedDevices.size);
    encode(nvfmStruct.nvlinkFailedDevices, failed, bytes);
    expect(decode(nvfmStruct.nvlinkFailedDevices, bytes)).toEqual(failed);
  });
});
