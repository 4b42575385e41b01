import { describe, expect, it } from 'vitest';
import { families, firstDriver, nvmlFunctions, pickVersion, returnCodeOf } from '../../lib/abi/index.ts';
import { history } from './measured.ts';

const device = 1n;
const has440 = (symbol: string) => history.exportedBy440_44.includes(symbol);
const has470 = (symbol: string) => history.exportedBy470_05.includes(symbol);

describe('versions of a function', () => {
  it('are picked by what the library exports, newest first', () => {
    const names = Object.entries(families).map(([name, family]) => {
      const of = (has: (symbol: string) => boolean) => (pickVersion as (f: unknown, h: unknown) => { symbol: string } | undefined)(family, has)?.symbol;
      return [name, [of(has440), of(has470), of(() => true)]] as const;
    });
    expect(Object.fromEntries(names)).toMatchObject({
      retiredPages: ['nvmlDeviceGetRetiredPages_v2', 'nvmlDeviceGetRetiredPages_v2', 'nvmlDeviceGetRetiredPages_v2'],
      remappedRows: [undefined, 'nvmlDeviceGetRemappedRows', 'nvmlDeviceGetRemappedRows_v2'],
      memoryInfo: ['nvmlDeviceGetMemoryInfo', 'nvmlDeviceGetMemoryInfo', 'nvmlDeviceGetMemoryInfo_v2'],
      computeProcesses: ['nvmlDeviceGetComputeRunningProcesses', 'nvmlDeviceGetComputeRunningProcesses_v2', 'nvmlDeviceGetComputeRunningProcesses_v3'],
      temperature: ['nvmlDeviceGetTemperature', 'nvmlDeviceGetTemperature', 'nvmlDeviceGetTemperatureV'],
    });
  });

  it('are listed newest first', () => {
    for (const family of Object.values(families) as readonly (readonly { symbol: keyof typeof firstDriver }[])[]) {
      const since = family.map(({ symbol }) => firstDriver[symbol]);
      expect(since).toEqual([...since].sort((a, b) => b - a));
      expect(family.length).toBeGreaterThan(1);
    }
  });

  it('answer in one form', () => {
    const [now, old] = families.retiredPages.map((version) => {
      const call = version.encode({ device, cause: 'double-bit-ecc' }, { capacity: 2 });
      const view = new DataView(call.frame.memory.buffer, call.frame.memory.byteOffset);
      const word = (i: number) => Number(call.frame.words[i]);
      view.setUint32(word(2), 1, true);
      view.setBigUint64(word(3), 0x50000n, true);
      if (version.symbol.endsWith('_v2')) view.setBigUint64(word(4), 1700000000n, true);
      expect(call.neededCapacity()).toBeUndefined();
      return call.decode();
    });
    expect(now).toEqual([{ address: 0x50000n, timestamp: 1700000000n }]);
    expect(old).toEqual([{ address: 0x50000n }]);
  });

  it('take one form of inputs', () => {
    const [now, old] = families.temperature.map((version) => {
      const call = version.encode({ device, sensorType: 'gpu' });
      new DataView(call.frame.memory.buffer, call.frame.memory.byteOffset).setInt32(call.shape === 'r(p,p)' ? 8 : 0, 45, true);
      return call.decode();
    });
    expect([now, old]).toEqual([45, 45]);
  });
});

describe('names', () => {
  it('every described function is one that the library exports', () => {
    expect(Object.keys(nvmlFunctions).filter((name) => !Object.hasOwn(firstDriver, name))).toEqual([]);
  });

  it('return codes are found by number, unheard-of ones are not', () => {
    expect(returnCodeOf(15)).toMatchObject({ name: 'NVML_ERROR_GPU_IS_LOST', text: 'GPU is lost' });
    expect(returnCodeOf(31)).toBeUndefined();
    expect(returnCodeOf(999)?.text).toBe('Unknown Error');
  });
});
