/**
 * C data types as data. Offsets, sizes and alignments follow the C rules of LP64 (Linux x86-64 and arm64 agree).
 * Field order of the object literal is C order. TypeScript types are inferred from the same description.
 */
import type { OpenEnum } from './open-enum.ts';
import type { EnumType } from './enumeration.ts';

export type ScalarKind = 'u8' | 'i8' | 'u16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f64';

export interface ScalarType<K extends ScalarKind = ScalarKind> {
  readonly kind: K;
  /** The C spelling, for the generated header. */
  readonly c: string;
  /** What `c` is another name for. */
  readonly typedef?: string;
  readonly size: number;
  readonly align: number;
}

function scalar<K extends ScalarKind>(kind: K, c: string, size: number): ScalarType<K> {
  return { kind, c, size, align: size };
}

/** The same number under a name of the C interface: `typedefOf('nvmlVgpuTypeId_t', u32)`. */
export function typedefOf<T extends ScalarType>(name: string, type: T): T & { readonly typedef: string } {
  return { ...type, c: name, typedef: type.c };
}

/** An opaque pointer that stands in a struct or an array: a BigInt, passed verbatim. */
export function handleField(c: string): ScalarType<'u64'> {
  return { kind: 'u64', c, size: 8, align: 8 };
}

export const u8 = scalar('u8', 'unsigned char', 1);
export const i8 = scalar('i8', 'signed char', 1);
export const u16 = scalar('u16', 'unsigned short', 2);
export const u32 = scalar('u32', 'unsigned int', 4);
export const i32 = scalar('i32', 'int', 4);
export const u64 = scalar('u64', 'unsigned long long', 8);
export const i64 = scalar('i64', 'long long', 8);
/** `unsigned long`: 64 bits under LP64. */
export const ulong = scalar('u64', 'unsigned long', 8);
export const f64 = scalar('f64', 'double', 8);
/** A C string that the library keeps: only its address, which is never followed, for the process that called may be another one. */
export const foreignText = scalar('u64', 'char *', 8);

/** `unsigned int version`: filled on encoding with `size of the struct | number << 24`, or with the number alone. */
export interface VersionType {
  readonly kind: 'version';
  readonly number: number;
  readonly holdsSize: boolean;
  readonly size: 4;
  readonly align: 4;
}

export function version(number: number): VersionType {
  return { kind: 'version', number, holdsSize: true, size: 4, align: 4 };
}

export function plainVersion(number: number): VersionType {
  return { kind: 'version', number, holdsSize: false, size: 4, align: 4 };
}

/** `char name[bytes]`: a string, at most up to its first NUL. */
export interface TextType {
  readonly kind: 'text';
  readonly size: number;
  readonly align: 1;
}

export function text(bytes: number): TextType {
  return { kind: 'text', size: bytes, align: 1 };
}

/** `unsigned char name[length]` that is no list of numbers: a `Uint8Array`. */
export interface BytesType {
  readonly kind: 'bytes';
  readonly size: number;
  readonly align: 1;
}

export function bytes(length: number): BytesType {
  return { kind: 'bytes', size: length, align: 1 };
}

/** `char name[size]` at the end of a struct, of which another field tells the true length: it may reach beyond the struct. */
export interface TailType {
  readonly kind: 'tail';
  readonly count: string;
  readonly size: number;
  readonly align: 1;
}

export function tail(count: string, size: number): TailType {
  return { kind: 'tail', count, size, align: 1 };
}

export interface ArrayType<E extends FieldType = FieldType> {
  readonly kind: 'array';
  readonly element: E;
  readonly length: number;
  readonly size: number;
  readonly align: number;
}

export function array<E extends FieldType>(element: E, length: number): ArrayType<E> {
  return { kind: 'array', element, length, size: element.size * length, align: element.align };
}

/** A pointer in a struct to an array of the caller's; another field of the struct holds its capacity, afterwards its count. */
export interface PointerType<E extends FieldType = FieldType, G extends boolean = boolean> {
  readonly kind: 'pointer';
  readonly element: E;
  readonly count: string;
  /** The field with the capacity, where it is not the one with the count. */
  readonly capacityField: string;
  /** The caller writes the elements, and the library answers in them. */
  readonly given: G;
  /** Elements provided unless the call says otherwise. */
  readonly capacity: number;
  readonly size: 8;
  readonly align: 8;
}

export function pointerTo<E extends FieldType>(element: E, count: string, capacity: number, capacityField = count): PointerType<E, false> {
  return { kind: 'pointer', element, count, capacityField, given: false, capacity, size: 8, align: 8 };
}

/** A pointer to elements that the caller gives; `count` is filled with how many they are. */
export function pointerToGiven<E extends FieldType>(element: E, count: string): PointerType<E, true> {
  return { kind: 'pointer', element, count, capacityField: count, given: true, capacity: 0, size: 8, align: 8 };
}

export type FieldType = ScalarType | EnumType | VersionType | TextType | BytesType | TailType | ArrayType | PointerType | StructLayout | UnionLayout;

export type Fields = Readonly<Record<string, FieldType>>;

/** One field at its place. */
export interface Member {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
}

/** Where C has no name for a struct or union: it stands within another, or (`transparent`) its members are the outer one's. */
export type Nameless = 'inline' | 'transparent';

export interface StructLayout<F extends Fields = Fields> {
  readonly kind: 'struct';
  /** The C typedef. */
  readonly name: string;
  readonly nameless: Nameless | undefined;
  readonly fields: F;
  readonly members: readonly Member[];
  readonly size: number;
  readonly align: number;
  /** Content of the version field; absent where the struct has none. */
  readonly versionWord: number | undefined;
}

export interface UnionLayout<F extends Fields = Fields> {
  readonly kind: 'union';
  readonly name: string;
  readonly nameless: Nameless | undefined;
  readonly fields: F;
  readonly members: readonly Member[];
  readonly size: number;
  readonly align: number;
}

function alignUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

export interface AggregateDetails {
  readonly nameless?: Nameless;
  /** C names a version word for a struct that has no field for it. */
  readonly versionMacro?: number;
}

export function struct<const F extends Fields>(name: string, fields: F, details: AggregateDetails = {}): StructLayout<F> {
  const members: Member[] = [];
  let end = 0;
  let align = 1;
  for (const [field, type] of Object.entries(fields)) {
    const offset = alignUp(end, type.align);
    members.push({ name: field, type, offset });
    end = offset + type.size;
    align = Math.max(align, type.align);
  }
  const size = alignUp(end, align);
  const field = members.find((member) => member.type.kind === 'version')?.type as VersionType | undefined;
  const number = field?.number ?? details.versionMacro;
  const versionWord = number === undefined || field?.holdsSize === false ? number : size + number * 2 ** 24;
  return { kind: 'struct', name, nameless: details.nameless, fields, members, size, align, versionWord };
}

export function union<const F extends Fields>(name: string, fields: F, details: AggregateDetails = {}): UnionLayout<F> {
  const members = Object.entries(fields).map(([field, type]) => ({ name: field, type, offset: 0 }));
  const align = Math.max(...members.map((member) => member.type.align));
  const size = alignUp(Math.max(...members.map((member) => member.type.size)), align);
  return { kind: 'union', name, nameless: details.nameless, fields, members, size, align };
}

/** `struct { … }` within another struct or union. */
export function inlineStruct<const F extends Fields>(fields: F): StructLayout<F> {
  return struct('struct', fields, { nameless: 'inline' });
}

/** `union { … };` without a name: to C its members are those of the struct around it; here they are under the field's name. */
export function transparentUnion<const F extends Fields>(fields: F): UnionLayout<F> {
  return union('union', fields, { nameless: 'transparent' });
}

/** What a union holds is known only to who reads it: all its bytes, and `readMember` of codec.ts to look at them as one member. */
export interface UnionValue {
  readonly bytes: Uint8Array;
}

/** What is behind a pointer: bytes as bytes, all else as a list. */
type PointedOf<E> = E extends ScalarType<'u8'> ? Uint8Array : readonly ValueOf<E>[];

/** The TypeScript value that a C value is decoded to. */
export type ValueOf<T> =
  T extends ScalarType<infer K> ? (K extends 'u64' | 'i64' ? bigint : number)
  : T extends VersionType ? number
  : T extends EnumType<infer N> ? OpenEnum<N>
  : T extends TextType ? string
  : T extends BytesType | TailType ? Uint8Array
  : T extends ArrayType<infer E> ? readonly ValueOf<E>[]
  : T extends PointerType<infer E> ? PointedOf<E>
  : T extends StructLayout<infer F> ? { readonly [K in keyof F]: ValueOf<F[K]> }
  : T extends UnionLayout ? UnionValue
  : never;

/**
 * What is accepted where a C value is written. Missing struct fields are zero, a missing version word is filled in; enums are taken
 * by name, by number or as decoded; of a union give exactly one member, or all bytes. Pointers are the call's business, not a value's,
 * except those to elements that the caller gives.
 */
export type InputOf<T> =
  T extends ScalarType<infer K> ? (K extends 'u64' | 'i64' ? bigint : number)
  : T extends VersionType ? number
  : T extends EnumType<infer N> ? EnumInput<N>
  : T extends TextType ? string
  : T extends BytesType | TailType ? Uint8Array
  : T extends ArrayType<infer E> ? readonly InputOf<E>[]
  : T extends PointerType<infer E> ? readonly InputOf<E>[]
  : T extends StructLayout<infer F> ? { readonly [K in keyof F as F[K] extends PointerType<FieldType, false> ? never : K]?: InputOf<F[K]> }
  : T extends UnionLayout<infer F> ? UnionValue | { readonly [K in keyof F]?: InputOf<F[K]> }
  : never;

export type EnumInput<N extends string> = N | number | { readonly value: number };
