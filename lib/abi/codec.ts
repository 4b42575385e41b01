/**
 * C memory to TypeScript values and back, once for all backends. Little endian. Never reads or writes outside the given bytes:
 * RangeError instead.
 */
import type { EnumType } from './enumeration.ts';
import { decodeEnum } from './enumeration.ts';
import type { FieldType, InputOf, PointerType, StructLayout, TailType, UnionLayout, UnionValue, ValueOf } from './layout.ts';

/** The value of `type` at `offset`. Pointers in structs are taken as offsets into the same bytes, as in a call frame; NULL is an empty array. */
export function decode<T extends FieldType>(type: T, bytes: Uint8Array, offset = 0): ValueOf<T> {
  const view = viewOf(bytes);
  if (offset < 0 || offset + type.size > view.byteLength) {
    throw new RangeError(`decode: ${type.size} bytes at ${offset} are outside the ${view.byteLength} given: check offset and layout`);
  }
  return decodeAt(type, view, offset) as ValueOf<T>;
}

/** Writes `value` as `type` at `offset`. Embedded pointers become NULL (encodeCall places arrays). Wrong values throw TypeError or RangeError naming the field. */
export function encode<T extends FieldType>(type: T, value: InputOf<T>, bytes: Uint8Array, offset = 0): void {
  const view = viewOf(bytes);
  if (offset < 0 || offset + type.size > view.byteLength) {
    throw new RangeError(`encode: ${type.size} bytes at ${offset} are outside the ${view.byteLength} given: check offset and layout`);
  }
  encodeAt(type, value, view, offset, 'name' in type ? type.name : type.kind);
}

/** Looks at a union's bytes as one of its members. */
export function readMember<U extends UnionLayout, K extends keyof U['fields'] & string>(layout: U, value: UnionValue, member: K): ValueOf<U['fields'][K]> {
  const type = layout.fields[member];
  if (type === undefined) throw new RangeError(`${layout.name}: has no member ${member}: it has ${Object.keys(layout.fields).join(', ')}`);
  return decode(type, value.bytes) as ValueOf<U['fields'][K]>;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `decode` without the check of the range; the innermost reads still cannot leave the view. */
export function decodeAt(type: FieldType, view: DataView, offset: number): unknown {
  switch (type.kind) {
    case 'u32':
    case 'version':
      return view.getUint32(offset, true);
    case 'u64':
      return view.getBigUint64(offset, true);
    case 'i32':
      return view.getInt32(offset, true);
    case 'i64':
      return view.getBigInt64(offset, true);
    case 'f64':
      return view.getFloat64(offset, true);
    case 'u8':
      return view.getUint8(offset);
    case 'i8':
      return view.getInt8(offset);
    case 'u16':
      return view.getUint16(offset, true);
    case 'enum':
      return decodeEnum(type, type.size === 1 ? view.getUint8(offset) : type.signed ? view.getInt32(offset, true) : view.getUint32(offset, true));
    case 'text':
      return decodeText(view, offset, type.size);
    case 'bytes':
    case 'tail':
      return copyOf(view, offset, type.size);
    case 'array':
      return decodeArray(type.element, view, offset, type.length);
    case 'struct':
      return decodeStruct(type, view, offset);
    case 'union':
      return { bytes: copyOf(view, offset, type.size) };
    case 'pointer':
      throw new TypeError('decode: a pointer has a meaning only within its struct: decode the struct');
  }
}

function copyOf(view: DataView, offset: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + offset, size).slice();
}

export function decodeArray(element: FieldType, view: DataView, offset: number, length: number): unknown[] {
  const values = new Array<unknown>(length);
  for (let i = 0; i < length; i += 1) values[i] = decodeAt(element, view, offset + i * element.size);
  return values;
}

/** At most `size` bytes up to the first NUL. */
export function decodeText(view: DataView, offset: number, size: number): string {
  const bytes = Buffer.from(view.buffer, view.byteOffset + offset, size);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? size : end);
}

/**
 * `capacity` bounds the arrays behind embedded pointers, `given` those whose elements the caller wrote: after INSUFFICIENT_SIZE the count
 * exceeds what there is.
 */
export function decodeStruct(layout: StructLayout, view: DataView, offset: number, capacity = Infinity, given = capacity): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  for (const member of layout.members) {
    value[member.name] =
      member.type.kind === 'pointer'
        ? decodePointer(layout, member.type, view, offset, offset + member.offset, member.type.given ? given : capacity)
        : decodeAt(member.type, view, offset + member.offset);
  }
  return value;
}

function decodePointer(layout: StructLayout, type: PointerType, view: DataView, base: number, place: number, capacity: number): unknown {
  const target = Number(view.getBigUint64(place, true));
  if (target === 0) return type.element.kind === 'u8' ? new Uint8Array() : [];
  const count = Math.min(view.getUint32(base + countOffset(layout, type), true), capacity);
  if (target + count * type.element.size > view.byteLength) {
    throw new RangeError(`${layout.name}: ${count} elements at ${target} are outside the ${view.byteLength} bytes given: the count is wrong`);
  }
  return type.element.kind === 'u8' ? copyOf(view, target, count) : decodeArray(type.element, view, target, count);
}

/** A struct whose tail reaches as far as `room` allows. */
export function decodeSized(layout: StructLayout, view: DataView, offset: number, room: number): Record<string, unknown> {
  const value = decodeStruct(layout, view, offset);
  const { name, type, place } = tailOf(layout);
  const length = view.getUint32(offset + countOffset(layout, type), true);
  return { ...value, [name]: copyOf(view, offset + place, Math.min(length, Math.max(0, room - place))) };
}

export function tailOf(layout: StructLayout): { readonly name: string; readonly type: TailType; readonly place: number } {
  const member = layout.members.at(-1);
  if (member?.type.kind !== 'tail') throw new TypeError(`${layout.name}: has no tail: mend the descriptor`);
  return { name: member.name, type: member.type, place: member.offset };
}

export function countOffset(layout: StructLayout, type: PointerType | TailType): number {
  return fieldOffset(layout, type.count);
}

export function fieldOffset(layout: StructLayout, name: string): number {
  const member = layout.members.find((candidate) => candidate.name === name);
  if (member === undefined) throw new TypeError(`${layout.name}: has no field ${name} to count elements: mend the descriptor`);
  return member.offset;
}

/** `what` names the place in messages. */
export function encodeAt(type: FieldType, value: unknown, view: DataView, offset: number, what: string): void {
  switch (type.kind) {
    case 'u32':
    case 'version':
      return view.setUint32(offset, integer(value, 0, 0xffff_ffff, what), true);
    case 'i32':
      return view.setInt32(offset, integer(value, -0x8000_0000, 0x7fff_ffff, what), true);
    case 'u64':
      return view.setBigUint64(offset, bigInteger(value, 0n, 0xffff_ffff_ffff_ffffn, what), true);
    case 'i64':
      return view.setBigInt64(offset, bigInteger(value, -(2n ** 63n), 2n ** 63n - 1n, what), true);
    case 'f64':
      if (typeof value !== 'number') throw wrongType(what, 'a number', value);
      return view.setFloat64(offset, value, true);
    case 'u8':
      return view.setUint8(offset, integer(value, 0, 0xff, what));
    case 'i8':
      return view.setInt8(offset, integer(value, -0x80, 0x7f, what));
    case 'u16':
      return view.setUint16(offset, integer(value, 0, 0xffff, what), true);
    case 'enum':
      return type.size === 1 ? view.setUint8(offset, enumNumber(type, value, what)) : view.setUint32(offset, enumNumber(type, value, what), true);
    case 'text':
      return encodeText(view, offset, type.size, value, what);
    case 'bytes':
      return encodeBytes(view, offset, type.size, value, what);
    case 'tail':
      // What is longer than its place is the call's business.
      return encodeBytes(view, offset, type.size, value instanceof Uint8Array ? value.subarray(0, type.size) : value, what);
    case 'array': {
      if (!Array.isArray(value)) throw wrongType(what, 'an array', value);
      if (value.length > type.length) throw new RangeError(`${what}: has ${value.length} elements: give at most ${type.length}`);
      new Uint8Array(view.buffer, view.byteOffset + offset, type.size).fill(0);
      return value.forEach((element, i) => encodeAt(type.element, element, view, offset + i * type.element.size, `${what}[${i}]`));
    }
    case 'struct':
      return encodeStruct(type, value, view, offset, what);
    case 'union':
      return encodeUnion(type, value, view, offset, what);
    case 'pointer':
      return view.setBigUint64(offset, 0n, true);
  }
}

function encodeStruct(layout: StructLayout, value: unknown, view: DataView, offset: number, what: string): void {
  if (typeof value !== 'object' || value === null) throw wrongType(what, 'an object', value);
  const given = value as Record<string, unknown>;
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(layout.fields, name)) {
      throw new TypeError(`${what}: has no field ${name}: the fields are ${Object.keys(layout.fields).join(', ')}`);
    }
  }
  new Uint8Array(view.buffer, view.byteOffset + offset, layout.size).fill(0);
  for (const { name, type, offset: place } of layout.members) {
    const field = given[name] ?? (type.kind === 'version' ? layout.versionWord : undefined);
    if (field !== undefined) encodeAt(type, field, view, offset + place, `${what}.${name}`);
  }
}

function encodeUnion(layout: UnionLayout, value: unknown, view: DataView, offset: number, what: string): void {
  if (typeof value !== 'object' || value === null) throw wrongType(what, 'an object', value);
  if ('bytes' in value) return encodeBytes(view, offset, layout.size, value.bytes, `${what}.bytes`);
  new Uint8Array(view.buffer, view.byteOffset + offset, layout.size).fill(0);
  const given = Object.entries(value);
  const [name, member] = given[0] ?? [];
  const type = name === undefined ? undefined : layout.fields[name];
  if (given.length !== 1 || type === undefined) {
    throw new TypeError(`${what}: has ${given.map(([key]) => key).join(', ') || 'nothing'}: give bytes, or one of ${Object.keys(layout.fields).join(', ')}`);
  }
  encodeAt(type, member, view, offset, `${what}.${String(name)}`);
}

/** Writes the bytes, then zeros up to `size`. */
function encodeBytes(view: DataView, offset: number, size: number, value: unknown, what: string): void {
  if (!(value instanceof Uint8Array)) throw wrongType(what, 'a Uint8Array', value);
  if (value.length > size) throw new RangeError(`${what}: has ${value.length} bytes: give at most ${size}`);
  const target = new Uint8Array(view.buffer, view.byteOffset + offset, size);
  target.fill(0);
  target.set(value);
}

/** Writes the text, then NULs up to `size`; at least one. */
export function encodeText(view: DataView, offset: number, size: number, value: unknown, what: string): void {
  const bytes = cString(value, what);
  if (bytes.length > size) throw new RangeError(`${what}: needs ${bytes.length} bytes with its NUL: shorten it to at most ${size}`);
  const target = new Uint8Array(view.buffer, view.byteOffset + offset, size);
  target.fill(0);
  target.set(bytes);
}

/** UTF-8 with its NUL. A NUL inside would silently cut the text short, so it is refused. */
export function cString(value: unknown, what: string): Uint8Array {
  if (typeof value !== 'string') throw wrongType(what, 'a string', value);
  if (value.includes('\0')) throw new RangeError(`${what}: contains a NUL character: a C string ends there, leave it out`);
  return Buffer.from(`${value}\0`, 'utf8');
}

export function enumNumber(type: EnumType, value: unknown, what: string): number {
  if (typeof value === 'string') {
    const number = Object.hasOwn(type.values, value) ? type.values[value] : undefined;
    if (number === undefined) throw new RangeError(`${what}: ${value} is not a member of ${type.name}: take one of ${Object.keys(type.values).join(', ')} or a number`);
    return number;
  }
  const number = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  return integer(number, type.signed ? -0x8000_0000 : 0, type.size === 1 ? 0xff : 0xffff_ffff, what);
}

export function integer(value: unknown, least: number, most: number, what: string): number {
  if (typeof value !== 'number') throw wrongType(what, 'a number', value);
  if (!Number.isInteger(value) || value < least || value > most) throw new RangeError(`${what}: is ${value}: give an integer from ${least} to ${most}`);
  return value;
}

export function bigInteger(value: unknown, least: bigint, most: bigint, what: string): bigint {
  if (typeof value !== 'bigint') throw wrongType(what, 'a BigInt', value);
  if (value < least || value > most) throw new RangeError(`${what}: is ${value}: give a BigInt from ${least} to ${most}`);
  return value;
}

export function wrongType(what: string, wanted: string, value: unknown): TypeError {
  return new TypeError(`${what}: is ${value === null ? 'null' : typeof value}: give ${wanted}`);
}
