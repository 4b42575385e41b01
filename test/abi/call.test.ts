import { describe, expect, it } from 'vitest';
import type { CallFrame } from '../../lib/abi/index.ts';
import { cFunction, createFrame, decode, encode, encodeCall, nvmlFunction, nvmlFunctions as c, nvmlStruct, parameter, pointerTo, readFieldValue, struct, u32, u64, u8 } from '../../lib/abi/index.ts';
import { anyInputs } from './any-inputs.ts';

const device = 0x7f00_dead_beef_0010n;

/** The memory behind word `index`, as the C function sees it from there on; null for NULL. Fails if it is no pointer. */
function behind(frame: CallFrame, index: number): DataView | null {
  if ((frame.pointerMask & (1 << index)) === 0) {
    expect(frame.words[index], `word ${index} is NULL if it is no place in the memory`).toBe(0n);
    return null;
  }
  const offset = Number(frame.words[index]);
  expect(offset % 8, 'places are 8-aligned').toBe(0);
  return new DataView(frame.memory.buffer, frame.memory.byteOffset + offset, frame.memory.length - offset);
}

function at(frame: CallFrame, index: number): DataView {
  const view = behind(frame, index);
  if (view === null) throw new Error(`word ${index} is NULL`);
  return view;
}

function writeText(view: DataView, value: string): void {
  new Uint8Array(view.buffer, view.byteOffset).set(Buffer.from(`${value}\0`));
}

describe('values, handles and outputs', () => {
  it('pass a handle verbatim and numbers in the low bits', () => {
    const call = encodeCall(c.nvmlDeviceGetMemoryErrorCounter, { device, errorType: 'uncorrected', counterType: 1, locationType: { value: 7 } });
    expect([call.symbol, call.shape, call.result]).toEqual(['nvmlDeviceGetMemoryErrorCounter', 'r(p,u32,u32,u32,p)', 'status']);
    expect([...call.frame.words.subarray(0, 4)]).toEqual([device, 1n, 1n, 7n]);
    expect(call.frame.pointerMask).toBe(0b10000);
    at(call.frame, 4).setBigUint64(0, 2n ** 60n + 1n, true);
    expect(call.decode()).toEqual({ count: 2n ** 60n + 1n });
  });

  it('keep several outputs apart', () => {
    const { frame, decode: outputs } = withDecode(encodeCall(c.nvmlDeviceGetRemappedRows, { device }));
    [11, 12, 13, 14].forEach((value, i) => at(frame, i + 1).setUint32(0, value, true));
    expect(outputs()).toEqual({ corrRows: 11, uncRows: 12, isPending: 13, failureOccurred: 14 });
  });

  it('decode handles, enums and structs', () => {
    const handle = encodeCall(c.nvmlDeviceGetHandleByIndex_v2, { index: 3 });
    at(handle.frame, 1).setBigUint64(0, device, true);
    expect(handle.decode().device).toBe(device);

    const mode = encodeCall(c.nvmlDeviceGetEccMode, { device });
    at(mode.frame, 1).setUint32(0, 1, true);
    at(mode.frame, 2).setUint32(0, 2, true);
    expect(mode.decode()).toEqual({ current: { name: 'enabled', value: 1 }, pending: { name: 'unknown', value: 2 } });

    const pci = encodeCall(c.nvmlDeviceGetPciInfo_v3, { device });
    const memory = at(pci.frame, 1);
    encode(nvmlStruct.pciInfo, { busId: '00000000:3B:00.0', bus: 0x3b, pciDeviceId: 0x1db110de }, new Uint8Array(memory.buffer, memory.byteOffset));
    expect(pci.decode().pci).toMatchObject({ busId: '00000000:3B:00.0', bus: 0x3b, device: 0, pciDeviceId: 0x1db110de, busIdLegacy: '' });
  });

  it('fill the version word of a struct and take inputs for it', () => {
    const call = encodeCall(c.nvmlDeviceGetTemperatureV, { device, temperature: { sensorType: 'gpu' } });
    const memory = at(call.frame, 1);
    expect([memory.getUint32(0, true), memory.getUint32(4, true)]).toEqual([16777228, 0]);
    memory.setInt32(8, -3, true);
    expect(call.decode().temperature.temperature).toBe(-3);
    expect(at(encodeCall(c.nvmlDeviceGetMemoryInfo_v2, { device }).frame, 1).getUint32(0, true)).toBe(33554472);
  });

  it('needs nothing for a function without parameters', () => {
    const call = encodeCall(c.nvmlInit_v2, {});
    expect([call.shape, call.frame.memory.length, call.frame.pointerMask]).toEqual(['r()', 0, 0]);
    expect(call.decode()).toEqual({});
    expect(call.neededCapacity()).toBeUndefined();
  });

  it('knows a function whose result is a C string', () => {
    const call = encodeCall(c.nvmlErrorString, { result: 999 });
    expect([call.shape, call.result, call.frame.words[0]]).toEqual(['s(u32)', 'text', 999n]);
  });
});

describe('strings', () => {
  it('go in with their NUL', () => {
    const call = encodeCall(c.nvmlDeviceGetHandleByUUID, { uuid: 'GPU-1' });
    const bytes = new Uint8Array(6);
    for (let i = 0; i < 6; i += 1) bytes[i] = at(call.frame, 0).getUint8(i);
    expect([...bytes]).toEqual([...Buffer.from('GPU-1\0')]);
    expect(at(call.frame, 1).byteOffset).toBe(at(call.frame, 0).byteOffset + 8);
  });

  it('come out of a buffer whose size the function is told', () => {
    const call = encodeCall(c.nvmlDeviceGetUUID, { device });
    expect(call.shape).toBe('r(p,p,u32)');
    expect(call.frame.words[2]).toBe(96n);
    expect(at(call.frame, 1).byteLength).toBeGreaterThanOrEqual(96);
    writeText(at(call.frame, 1), 'GPU-0123');
    expect(call.decode()).toEqual({ uuid: 'GPU-0123' });
  });
});

describe('the two-call pattern', () => {
  const pages = (capacity?: number) =>
    encodeCall(c.nvmlDeviceGetRetiredPages_v2, { device, cause: 'double-bit-ecc' }, capacity === undefined ? {} : { capacity });

  it('asks for the count with NULL arrays', () => {
    const call = pages(0);
    expect(at(call.frame, 2).getUint32(0, true)).toBe(0);
    expect([behind(call.frame, 3), behind(call.frame, 4)]).toEqual([null, null]);
    expect(call.neededCapacity()).toBeUndefined();
    at(call.frame, 2).setUint32(0, 3, true);
    expect(call.neededCapacity()).toBe(3);
    expect(call.decode()).toEqual({ pageCount: 3, addresses: [], timestamps: [] });
  });

  it('reads as many elements as the count says', () => {
    const call = pages(3);
    expect(at(call.frame, 2).getUint32(0, true)).toBe(3);
    at(call.frame, 2).setUint32(0, 2, true);
    for (let i = 0; i < 3; i += 1) {
      at(call.frame, 3).setBigUint64(8 * i, BigInt(0x50000 + i), true);
      at(call.frame, 4).setBigUint64(8 * i, BigInt(1000 + i), true);
    }
    expect(call.neededCapacity()).toBeUndefined();
    expect(call.decode()).toEqual({ pageCount: 2, addresses: [0x50000n, 0x50001n], timestamps: [1000n, 1001n] });
  });

  it('never reads beyond the capacity, and tells what would be enough', () => {
    const call = pages(2);
    at(call.frame, 2).setUint32(0, 5, true);
    expect(call.neededCapacity()).toBe(5);
    expect(call.decode().addresses).toHaveLength(2);
  });

  it('provides for all 64 pages of a board unless told otherwise', () => {
    expect(at(pages().frame, 2).getUint32(0, true)).toBe(64);
    expect(pages().frame.memory.length).toBe(8 + 2 * 64 * 8);
  });

  it('passes NULL for an array that is not wanted', () => {
    const call = encodeCall(c.nvmlDeviceGetRetiredPages_v2, { device, cause: 1, timestamps: null }, { capacity: 4 });
    expect(behind(call.frame, 4)).toBeNull();
    at(call.frame, 2).setUint32(0, 1, true);
    at(call.frame, 3).setBigUint64(0, 7n, true);
    expect(call.decode()).toEqual({ pageCount: 1, addresses: [7n], timestamps: [] });
  });

  it('reads processes of 16 and of 24 bytes', () => {
    const old = encodeCall(c.nvmlDeviceGetComputeRunningProcesses, { device }, { capacity: 2 });
    const now = encodeCall(c.nvmlDeviceGetComputeRunningProcesses_v3, { device }, { capacity: 2 });
    for (const [call, size] of [[old, 16], [now, 24]] as const) {
      at(call.frame, 1).setUint32(0, 2, true);
      at(call.frame, 2).setUint32(size, 4321, true);
      at(call.frame, 2).setBigUint64(size + 8, 99n, true);
    }
    expect(old.decode().infos[1]).toEqual({ pid: 4321, usedGpuMemory: 99n });
    expect(now.decode().infos[1]).toEqual({ pid: 4321, usedGpuMemory: 99n, gpuInstanceId: 0, computeInstanceId: 0 });
  });
});

describe('structs that embed pointers', () => {
  /** What the backend does around the call: every relocation becomes base + offset, later the offset again. */
  function relocated(frame: CallFrame, base: bigint): Uint8Array {
    const memory = frame.memory.slice();
    const view = new DataView(memory.buffer);
    for (const place of frame.relocations) view.setBigUint64(place, view.getBigUint64(place, true) + base, true);
    return memory;
  }

  it.each([
    ['nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts', (capacity: number) => encodeCall(c.nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts, { device }, { capacity }), 4, 8, 28, 16],
    ['nvmlDeviceGetRunningProcessDetailList', (capacity: number) => encodeCall(c.nvmlDeviceGetRunningProcessDetailList, { device, plist: { mode: 0 } }, { capacity }), 8, 16, 32, 24],
  ] as const)('%s: the pointer leads to room of its own, listed for relocation', (_name, make, countAt, pointerAt, entrySize, structSize) => {
    const { frame } = make(3);
    const struct = at(frame, 1);
    const base = Number(frame.words[1]);
    expect(struct.getUint32(countAt, true), 'capacity').toBe(3);
    expect(frame.relocations).toEqual([base + pointerAt]);
    const target = Number(struct.getBigUint64(pointerAt, true));
    expect(target % 8).toBe(0);
    expect(target).toBeGreaterThanOrEqual(base + structSize);
    expect(target + 3 * entrySize).toBeLessThanOrEqual(frame.memory.length);
    const seen = new DataView(relocated(frame, 0x7000_0000_0000n).buffer);
    expect(seen.getBigUint64(base + pointerAt, true)).toBe(0x7000_0000_0000n + BigInt(target));
  });

  it('come back with their entries', () => {
    const call = encodeCall(c.nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts, { device }, { capacity: 4 });
    const struct = at(call.frame, 1);
    const entries = Number(struct.getBigUint64(8, true));
    struct.setUint32(4, 2, true);
    new DataView(call.frame.memory.buffer, call.frame.memory.byteOffset).setUint32(entries + 28 + 24, 17, true);
    const { errorCounts } = call.decode();
    expect(errorCounts.entryCount).toBe(2);
    expect(errorCounts.entries).toHaveLength(2);
    expect(errorCounts.entries[1]).toMatchObject({ unit: 0, count: 17 });
    expect(call.neededCapacity()).toBeUndefined();
  });

  it('ask for the count with a NULL pointer and no relocation', () => {
    const call = encodeCall(c.nvmlDeviceGetSramUniqueUncorrectedEccErrorCounts, { device }, { capacity: 0 });
    const struct = at(call.frame, 1);
    expect([struct.getUint32(0, true), struct.getUint32(4, true), struct.getBigUint64(8, true)]).toEqual([16777232, 0, 0n]);
    expect(call.frame.relocations).toEqual([]);
    struct.setUint32(4, 9, true);
    expect(call.neededCapacity()).toBe(9);
    expect(call.decode().errorCounts.entries).toEqual([]);
  });

  it('may embed several, each with room of its own', () => {
    const two = struct('two_t', { count: u32, small: pointerTo(u8, 'count', 3), wide: pointerTo(u64, 'count', 3) });
    const call = encodeCall(cFunction('two', { both: parameter.inout(two) }, { changes: false }), {});
    const { frame } = call;
    const memory = at(frame, 0);
    expect(frame.relocations).toEqual([8, 16]);
    const [small, wide] = [Number(memory.getBigUint64(8, true)), Number(memory.getBigUint64(16, true))];
    expect([small, wide, frame.memory.length]).toEqual([24, 32, 56]);
    frame.memory.fill(1, small, small + 3);
    memory.setBigUint64(wide + 16, 5n, true);
    expect(call.decode().both).toEqual({ count: 3, small: new Uint8Array([1, 1, 1]), wide: [0n, 0n, 5n] });
  });

  it('never read beyond the capacity', () => {
    const call = encodeCall(c.nvmlDeviceGetRunningProcessDetailList, { device }, { capacity: 1 });
    at(call.frame, 1).setUint32(8, 1000, true);
    expect(call.decode().plist.procArray).toHaveLength(1);
    expect(call.neededCapacity()).toBe(1000);
  });
});

describe('elements that the caller gives behind a struct’s pointer', () => {
  it('come back answered, no more of them than were given', () => {
    const call = encodeCall(c.nvmlDeviceReadPRMCounters_v1, { device, counterList: { counters: [{ counterId: 7 }, { counterId: 8 }] } });
    const memory = at(call.frame, 1);
    expect([memory.getUint32(0, true), memory.getBigUint64(8, true)]).toEqual([2, 16n]);
    memory.setUint32(16 + 24 + 8, 3, true);
    memory.setUint32(0, 1000, true);
    const { counters } = call.decode().counterList;
    expect(counters.map(({ counterId, counterValue }) => [counterId, counterValue.status.value])).toEqual([
      [7, 0],
      [8, 3],
    ]);
  });
});

describe('field values', () => {
  it('go in and come out with a return code each', () => {
    const call = encodeCall(c.nvmlDeviceGetFieldValues, { device, values: [{ fieldId: 230 }, { fieldId: 31, scopeId: 2 }] });
    expect([call.shape, call.frame.words[1]]).toEqual(['r(p,i32,p)', 2n]);
    const memory = at(call.frame, 2);
    expect([memory.getUint32(0, true), memory.getUint32(40, true), memory.getUint32(44, true)]).toEqual([230, 31, 2]);
    memory.setUint32(24, 1, true);
    memory.setUint32(32, 2, true);
    memory.setUint32(40 + 28, 3, true);
    const { values } = call.decode();
    expect(values.map(({ nvmlReturn }) => nvmlReturn.name)).toEqual(['success', 'not-supported']);
    expect(values.map(readFieldValue)[0]).toBe(2);
  });

  it('may be none', () => {
    const call = encodeCall(c.nvmlDeviceGetFieldValues, { device, values: [] });
    expect([call.frame.words[1], behind(call.frame, 2)]).toEqual([0n, null]);
    expect(call.decode()).toEqual({ values: [] });
  });
});

describe('a given frame', () => {
  it('is used as it is, cleared of what earlier calls left', () => {
    const frame = createFrame(4096);
    frame.memory.fill(0xff);
    frame.words.fill(0xffff_ffff_ffff_ffffn);
    frame.relocations = [8];
    frame.pointerMask = 0xff;
    const call = encodeCall(c.nvmlDeviceGetRetiredPages_v2, { device, cause: 0, timestamps: null }, { frame, capacity: 2 });
    expect(call.frame).toBe(frame);
    expect(frame.pointerMask).toBe(0b1100);
    expect(frame.relocations).toEqual([]);
    expect([...frame.words]).toEqual([device, 0n, 0n, 8n, 0n, 0n, 0n, 0n]);
    expect([...frame.memory.subarray(0, 24)]).toEqual([2, ...new Array<number>(23).fill(0)]);
    expect(frame.memory[24], 'no more than needed is cleared').toBe(0xff);
    expect(call.decode().addresses).toEqual([0n, 0n]);
  });

  it('gives the same bytes as a fresh one, for every way of calling', () => {
    const scratch = createFrame(65_536);
    for (let round = 0; round < 2; round += 1) {
      const pairs = [undefined, scratch].map((frame) => [
        bytesOf(encodeCall(c.nvmlDeviceGetRunningProcessDetailList, { device }, frame ? { frame } : {})),
        bytesOf(encodeCall(c.nvmlDeviceGetHandleByUUID, { uuid: 'GPU-x' }, frame ? { frame } : {})),
        bytesOf(encodeCall(c.nvmlDeviceGetMemoryInfo_v2, { device }, frame ? { frame } : {})),
        bytesOf(encodeCall(c.nvmlDeviceGetUUID, { device }, frame ? { frame } : {})),
      ]);
      expect(pairs[1]?.map(({ words, mask, relocations }) => ({ words, mask, relocations }))).toEqual(pairs[0]?.map(({ words, mask, relocations }) => ({ words, mask, relocations })));
      pairs[0]?.forEach(({ memory }, i) => expect(pairs[1]?.[i]?.memory.subarray(0, memory.length)).toEqual(memory));
    }
  });

  it('that is too small is refused before anything is written', () => {
    const frame = createFrame(64);
    expect(() => encodeCall(c.nvmlDeviceGetRetiredPages, { device, cause: 0 }, { frame, capacity: 8 })).toThrow(
      'nvmlDeviceGetRetiredPages: needs 72 bytes of frame memory, the given frame has 64: lower the capacity or give no frame',
    );
    expect(frame.words[0]).toBe(0n);
    expect(() => encodeCall(c.nvmlDeviceGetRetiredPages, { device, cause: 0 }, { frame, capacity: 7 })).not.toThrow();
  });

  it.each(Object.values(c).map((descriptor) => [descriptor.symbol]))('of the usual 64 KiB is enough for %s', (symbol) => {
    const descriptor = nvmlFunction(symbol);
    if (descriptor === undefined) throw new Error(symbol);
    const inputs = anyInputs(descriptor, () => device);
    expect(() => encodeCall(descriptor, inputs as never, { frame: createFrame(65_536) }).decode()).not.toThrow();
  });
});

describe('wrong inputs name function, parameter, reason and remedy', () => {
  it.each([
    [() => encodeCall(c.nvmlDeviceGetName, {} as never), TypeError, 'nvmlDeviceGetName: device: is undefined: give a BigInt'],
    [() => encodeCall(c.nvmlDeviceGetName, { device: -1n }), RangeError, 'nvmlDeviceGetName: device: is -1: give a BigInt from 0 to 18446744073709551615'],
    [() => encodeCall(c.nvmlDeviceGetHandleByIndex_v2, { index: -1 }), RangeError, 'nvmlDeviceGetHandleByIndex_v2: index: is -1: give an integer from 0 to 4294967295'],
    [() => encodeCall(c.nvmlDeviceGetHandleByUUID, { uuid: 5 } as never), TypeError, 'nvmlDeviceGetHandleByUUID: uuid: is number: give a string'],
    [() => encodeCall(c.nvmlDeviceGetHandleByUUID, { uuid: 'a\0' }), RangeError, 'nvmlDeviceGetHandleByUUID: uuid: contains a NUL character: a C string ends there, leave it out'],
    [() => encodeCall(c.nvmlDeviceGetName, { device, nam: 1 } as never), TypeError, 'nvmlDeviceGetName: nam: is not an input: give device'],
    [() => encodeCall(c.nvmlDeviceGetName, { device, toString: 1 } as never), TypeError, 'nvmlDeviceGetName: toString: is not an input: give device'],
    [() => encodeCall(c.nvmlDeviceGetName, { device, length: 4 } as never), TypeError, 'nvmlDeviceGetName: length: is not an input: give device'],
    [() => encodeCall(c.nvmlInit_v2, { flags: 1 } as never), TypeError, 'nvmlInit_v2: flags: is not an input: it takes none'],
    [() => encodeCall(c.nvmlDeviceGetClockInfo, { device, type: 'x' as never }), RangeError, 'nvmlDeviceGetClockInfo: type: x is not a member of nvmlClockType_t: take one of graphics, sm, mem, video or a number'],
    [() => encodeCall(c.nvmlDeviceGetMemoryInfo_v2, { device, memory: { all: 1n } as never }), TypeError, 'nvmlDeviceGetMemoryInfo_v2: memory: has no field all: the fields are version, total, reserved, free, used'],
    [() => encodeCall(c.nvmlDeviceGetFieldValues, { device, values: 3 as never }), TypeError, 'nvmlDeviceGetFieldValues: values: is number: give an array'],
    [() => encodeCall(c.nvmlDeviceGetFieldValues, { device, values: [{ fieldId: -1 }] }), RangeError, 'nvmlDeviceGetFieldValues: values[0].fieldId: is -1: give an integer from 0 to 4294967295'],
    [() => encodeCall(c.nvmlDeviceGetRetiredPages, { device, cause: 0, addresses: [1n] as never }), TypeError, 'nvmlDeviceGetRetiredPages: addresses: is an output: leave it out, or give null to pass NULL'],
    [() => encodeCall(c.nvmlDeviceGetRetiredPages, { device, cause: 0 }, { capacity: -1 }), RangeError, 'nvmlDeviceGetRetiredPages: capacity: is -1: give an integer from 0 to 1000000'],
  ] as const)('%#', (make, kind, message) => {
    expect(make).toThrow(kind);
    expect(make).toThrow(message);
  });
});

describe('types are inferred from the descriptors', () => {
  it('for inputs and outputs', () => {
    const outputs = () => encodeCall(c.nvmlDeviceGetRetiredPages_v2, { device, cause: 'double-bit-ecc' }).decode();
    const addresses: readonly bigint[] = outputs().addresses;
    const pageCount: number = outputs().pageCount;
    expect([addresses.length, pageCount]).toEqual([64, 64]); // an untouched frame: the capacity stands where the count will
    // @ts-expect-error the cause has no such name
    expect(() => encodeCall(c.nvmlDeviceGetRetiredPages, { device, cause: 'triple-bit-ecc' })).toThrow();
    // @ts-expect-error the device is missing
    expect(() => encodeCall(c.nvmlDeviceGetRetiredPages, { cause: 0 })).toThrow();
    // @ts-expect-error there is no output of this name
    expect(outputs().timestamp).toBeUndefined();
    expect(decode(nvmlStruct.utilization, new Uint8Array(8)).gpu satisfies number).toBe(0);
  });
});

function bytesOf({ frame }: { readonly frame: CallFrame }) {
  return { words: [...frame.words], mask: frame.pointerMask, relocations: [...frame.relocations], memory: frame.memory.slice() };
}

function withDecode<T>(call: { readonly frame: CallFrame; decode(): T }) {
  return { frame: call.frame, decode: () => call.decode() };
}
