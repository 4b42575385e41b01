import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../lib/abi/index.ts';
import { array, decode, encode, enumeration, f64, i32, i64, i8, nvmlEnum, nvmlStruct, readFieldValue, readMember, struct, text, u16, u32, u64, u8, union } from '../../lib/abi/index.ts';
import { nvmlStructs } from '../../lib/abi/nvml/types.ts';

/** Values of a type; enums also beyond what is known; texts that fit with their NUL. */
function valuesOf(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'u8':
      return fc.integer({ min: 0, max: 0xff });
    case 'i8':
      return fc.integer({ min: -0x80, max: 0x7f });
    case 'u16':
      return fc.integer({ min: 0, max: 0xffff });
    case 'u32':
    case 'version':
      return fc.integer({ min: 0, max: 0xffff_ffff });
    case 'i32':
      return fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
    case 'u64':
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case 'i64':
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case 'f64':
      return fc.double({ noNaN: true });
    case 'enum':
      return fc.integer(type.size === 1 ? { min: 0, max: 0xff } : type.signed ? { min: -0x8000_0000, max: 0x7fff_ffff } : { min: 0, max: 0xffff_ffff }).map((value) => type.byNumber.get(value) ?? { name: 'unknown', value });
    case 'text':
      return fc.string({ unit: 'grapheme', maxLength: type.size }).filter((s) => !s.includes('\0') && Buffer.byteLength(s) < type.size);
    case 'bytes':
    case 'tail':
      return fc.uint8Array({ minLength: type.size, maxLength: type.size });
    case 'array':
      return fc.array(valuesOf(type.element), { minLength: type.length, maxLength: type.length });
    case 'pointer':
      return fc.constant(type.element.kind === 'u8' ? new Uint8Array() : []);
    case 'union':
      return fc.uint8Array({ minLength: type.size, maxLength: type.size }).map((bytes) => ({ bytes }));
    case 'struct':
      return fc.record(Object.fromEntries(type.members.map(({ name, type: field }) => [name, valuesOf(field)])));
  }
}

const inner = struct('inner_t', { small: u8, wide: u64, list: array(u16, 3) });
const odd = struct('odd_t', {
  a: i8,
  b: f64,
  c: text(5),
  d: i64,
  e: array(inner, 2),
  f: enumeration('color_t', 'COLOR_', { red: 0, green: 7 }),
  g: union('either_t', { whole: u64, part: i32 }),
  h: i32,
});

describe('what is encoded is decoded the same', () => {
  it.each([odd, ...nvmlStructs].map((layout) => [layout.name, layout as FieldType] as const))('%s', (_name, layout) => {
    fc.assert(
      fc.property(valuesOf(layout), fc.integer({ min: 0, max: 24 }), (value, offset) => {
        const bytes = new Uint8Array(layout.size + offset + 8).fill(0xa5);
        encode(layout, value as never, bytes, offset);
        expect(decode(layout, bytes, offset)).toEqual(value);
        const around = [...bytes.subarray(0, offset), ...bytes.subarray(offset + layout.size)];
        expect(around.every((byte) => byte === 0xa5), 'nothing beside it is touched').toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('in a view that does not start where its buffer does', () => {
    const bytes = new Uint8Array(new ArrayBuffer(64), 3, 24);
    encode(nvmlStruct.memory, { total: 3n, free: 1n, used: 2n }, bytes);
    expect(decode(nvmlStruct.memory, bytes)).toEqual({ total: 3n, free: 1n, used: 2n });
  });
});

describe('C rules', () => {
  it('pad fields to their alignment and the struct to its widest', () => {
    expect(inner.members.map(({ offset }) => offset)).toEqual([0, 8, 16]);
    expect([inner.size, inner.align]).toEqual([24, 8]);
    expect(odd.members.map(({ offset }) => offset)).toEqual([0, 8, 16, 24, 32, 80, 88, 96]);
    expect(odd.size).toBe(104);
  });

  it('store the low byte first', () => {
    const bytes = new Uint8Array(8);
    encode(u32, 0x01020304, bytes, 4);
    expect([...bytes]).toEqual([0, 0, 0, 0, 4, 3, 2, 1]);
  });

  it('fill the version word with size and number', () => {
    const bytes = new Uint8Array(40);
    encode(nvmlStruct.memoryV2, {}, bytes);
    expect(decode(nvmlStruct.memoryV2, bytes).version).toBe(40 | (2 << 24));
    encode(nvmlStruct.memoryV2, { version: 5 }, bytes);
    expect(decode(nvmlStruct.memoryV2, bytes).version).toBe(5);
  });

  it('clear what an earlier value left in the struct', () => {
    const bytes = new Uint8Array(40).fill(0xff);
    encode(nvmlStruct.memoryV2, { used: 7n }, bytes);
    expect(decode(nvmlStruct.memoryV2, bytes)).toMatchObject({ total: 0n, reserved: 0n, free: 0n, used: 7n });
  });
});

describe('text', () => {
  it('ends at the first NUL, and at its bound without one', () => {
    const bytes = new Uint8Array([0x61, 0x62, 0, 0x63, 0x64]);
    expect(decode(text(5), bytes)).toBe('ab');
    expect(decode(text(2), bytes)).toBe('ab');
    expect(decode(text(1), bytes)).toBe('a');
  });

  it('that does not fit with its NUL, or contains one, is refused', () => {
    const bytes = new Uint8Array(8);
    expect(() => encode(text(4), 'abcd', bytes)).toThrow(/needs 5 bytes with its NUL: shorten it to at most 4/);
    expect(() => encode(text(8), 'a\0b', bytes)).toThrow(/contains a NUL character/);
  });
});

describe('enums are open', () => {
  it('keep the number of an unheard-of value', () => {
    const bytes = new Uint8Array(4);
    encode(nvmlEnum.recoveryAction, 7, bytes);
    expect(decode(nvmlEnum.recoveryAction, bytes)).toEqual({ name: 'unknown', value: 7 });
    encode(nvmlEnum.recoveryAction, 'gpu-reset', bytes);
    expect(decode(nvmlEnum.recoveryAction, bytes)).toEqual({ name: 'gpu-reset', value: 1 });
  });

  it('never take a count for a value', () => {
    const bytes = new Uint8Array(4);
    encode(nvmlEnum.clockType, 4, bytes);
    expect(decode(nvmlEnum.clockType, bytes)).toEqual({ name: 'unknown', value: 4 });
  });

  it('read two names for one number as the first', () => {
    const bytes = new Uint8Array(4);
    encode(nvmlEnum.memoryLocation, 'device-memory', bytes);
    expect(decode(nvmlEnum.memoryLocation, bytes)).toEqual({ name: 'dram', value: 2 });
  });

  it('refuse a name that is none, and say which there are', () => {
    expect(() => encode(nvmlEnum.clockType, 'turbo' as never, new Uint8Array(4))).toThrow(/turbo is not a member of nvmlClockType_t: take one of graphics, sm, mem, video/);
    expect(() => encode(nvmlEnum.clockType, 'toString' as never, new Uint8Array(4))).toThrow(RangeError);
  });
});

describe('unions', () => {
  const field = (valueType: string, value: Record<string, unknown>) => {
    const bytes = new Uint8Array(40);
    encode(nvmlStruct.fieldValue, { valueType, value } as never, bytes);
    return decode(nvmlStruct.fieldValue, bytes);
  };

  it('are read by the member that the value type names', () => {
    expect(readFieldValue(field('unsigned-int', { uiVal: 0xffff_ffff }))).toBe(0xffff_ffff);
    expect(readFieldValue(field('signed-int', { siVal: -1 }))).toBe(-1);
    expect(readFieldValue(field('double', { dVal: 0.5 }))).toBe(0.5);
    expect(readFieldValue(field('unsigned-long', { ulVal: 2n ** 63n }))).toBe(2n ** 63n);
    expect(readFieldValue(field('unsigned-long-long', { ullVal: 5n }))).toBe(5n);
    expect(readFieldValue(field('signed-long-long', { sllVal: -5n }))).toBe(-5n);
    expect(readFieldValue(field('unsigned-short', { usVal: 0xffff }))).toBe(0xffff);
    expect(readFieldValue(field(99 as never, { ullVal: 5n }))).toBeUndefined();
  });

  it('take one member or all bytes', () => {
    const layout = nvmlStruct.fieldValueUnion;
    const bytes = new Uint8Array(8).fill(0xff);
    encode(layout, { siVal: 1 }, bytes);
    expect([...bytes]).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    expect(readMember(layout, decode(layout, bytes), 'ullVal')).toBe(1n);
    expect(() => encode(layout, { siVal: 1, uiVal: 1 }, bytes)).toThrow(/has siVal, uiVal: give bytes, or one of dVal/);
    expect(() => encode(layout, {}, bytes)).toThrow(/has nothing: give bytes/);
    expect(() => encode(layout, { bytes: new Uint8Array(9) }, bytes)).toThrow(RangeError);
  });
});

describe('wrong values', () => {
  const bytes = new Uint8Array(64);
  it.each([
    ['a number too big', u32, 2 ** 32, /u32: is 4294967296: give an integer from 0 to 4294967295/],
    ['a negative number', u32, -1, /is -1/],
    ['a fraction', u32, 1.5, /is 1.5/],
    ['NaN', i32, Number.NaN, /is NaN/],
    ['a BigInt too big', u64, 2n ** 64n, /give a BigInt from 0 to 18446744073709551615/],
    ['a number for a BigInt', u64, 5, /u64: is number: give a BigInt/],
    ['nothing for a struct', nvmlStruct.memory, null, /nvmlMemory_t: is null: give an object/],
    ['a field that is none', nvmlStruct.memory, { totl: 1n }, /nvmlMemory_t: has no field totl: the fields are total, free, used/],
    ['a wrong field', nvmlStruct.memory, { total: 1 }, /nvmlMemory_t.total: is number: give a BigInt/],
    ['too many elements', array(u8, 2), [1, 2, 3], /has 3 elements: give at most 2/],
    ['a wrong element', array(u8, 2), [1, 300], /array\[1\]: is 300/],
  ] as const)('%s', (_name, type, value, message) => {
    expect(() => encode(type as FieldType, value as never, bytes)).toThrow(message);
  });

  it('leave no way out of the given bytes', () => {
    for (const offset of [-1, 41, 64, Number.MAX_SAFE_INTEGER]) {
      expect(() => decode(nvmlStruct.memory, bytes, offset)).toThrow(RangeError);
      expect(() => encode(nvmlStruct.memory, {}, bytes, offset)).toThrow(RangeError);
    }
  });

  it('in an embedded pointer or its count do not lead out of the bytes either', () => {
    const layout = nvmlStruct.processDetailList;
    const list = new Uint8Array(64);
    const view = new DataView(list.buffer);
    view.setBigUint64(16, 24n, true);
    view.setUint32(8, 2, true);
    expect(() => decode(layout, list)).toThrow(/2 elements at 24 are outside the 64 bytes/);
    view.setUint32(8, 1, true);
    expect(decode(layout, list).procArray).toHaveLength(1);
    view.setBigUint64(16, 0xffff_ffff_ffff_fff8n, true);
    expect(() => decode(layout, list)).toThrow(RangeError);
  });
});
