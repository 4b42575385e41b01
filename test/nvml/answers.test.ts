import { describe, expect, it } from 'vitest';
import { toJson } from '../../lib/nvml/json.ts';
import { gpuProcesses } from '../../lib/nvml/snapshot/process-list.ts';
import { mergeRetiredPages } from '../../lib/nvml/snapshot/retired-page-list.ts';

describe('retired pages', () => {
  it('stand by address, whatever their cause, beyond 2^53 too', () => {
    const far = 2n ** 60n;
    const pages = mergeRetiredPages([{ address: far + 1n }, { address: 3n }], [{ address: far }]);
    expect(pages).toEqual([
      { address: 3n, cause: 'double-bit-ecc' },
      { address: far, cause: 'multiple-single-bit-ecc' },
      { address: far + 1n, cause: 'double-bit-ecc' },
    ]);
  });

  it('have the time in seconds since the epoch; 0 and what no date can hold are absent', () => {
    const pages = mergeRetiredPages([{ address: 1n, timestamp: 1_700_000_000n }, { address: 2n, timestamp: 0n }, { address: 3n, timestamp: 2n ** 64n - 1n }], []);
    expect(pages.map((page) => page.retiredAt?.toISOString())).toEqual(['2023-11-14T22:13:20.000Z', undefined, undefined]);
    expect(pages.slice(1).every((page) => !('retiredAt' in page))).toBe(true);
  });
});

describe('processes', () => {
  it('leave out what the driver does not know', () => {
    const entry = { pid: 7, usedGpuMemory: 2n ** 64n - 1n, gpuInstanceId: 0xffff_ffff, computeInstanceId: 0xffff_ffff };
    expect(gpuProcesses({ compute: [entry], graphics: [{ ...entry, usedGpuMemory: 5n, gpuInstanceId: 2 }] })).toEqual([
      { pid: 7, kind: 'compute' },
      { pid: 7, kind: 'graphics', usedMemoryBytes: 5n, gpuInstanceId: 2 },
    ]);
    expect(gpuProcesses({ compute: [] })).toEqual([]);
  });

  it('list an MPS client once, as what it is, whether or not the driver lists it as a compute process too', () => {
    const entry = (pid: number) => ({ pid, usedGpuMemory: 5n });
    expect(gpuProcesses({ compute: [entry(1), entry(2)], mps: [entry(2), entry(3)] }).map(({ pid, kind }) => [pid, kind])).toEqual([
      [1, 'compute'],
      [2, 'mps'],
      [3, 'mps'],
    ]);
  });
});

describe('JSON', () => {
  it('has addresses in hexadecimal, counters in decimal digits, times in ISO form, readings as they are', () => {
    const value = {
      retiredPages: { state: 'value', value: [{ address: 0x50000n, cause: 'double-bit-ecc', retiredAt: new Date(0) }] },
      eccCounters: { state: 'value', value: { volatileCorrected: 2n ** 60n } },
      missing: undefined,
    };
    expect(toJson(value)).toEqual({
      retiredPages: { state: 'value', value: [{ address: '0x50000', cause: 'double-bit-ecc', retiredAt: '1970-01-01T00:00:00.000Z' }] },
      eccCounters: { state: 'value', value: { volatileCorrected: '1152921504606846976' } },
    });
  });
});
