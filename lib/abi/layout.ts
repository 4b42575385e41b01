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
  readonly size: number;
  readonly align: number;
}

function scalar<K extends ScalarKind>(kind: K, c: string, size: number): ScalarType<K> {
  return { kind, c, size, align: size };
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

/** `unsigned int version`: filled with `size of the struct | number << 24` on encoding. */
export interface VersionType {
  readonly kind: 'version';
  readonly number: number;
  readonly size: 4;
  readonly align: 4;
}

export function version(number: number): VersionType {
  return { kind: 'version', number, size: 4, align: 4 };
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
export interface PointerType<E extends FieldType = FieldType> {
  readonly kind: 'pointer';
  readonly element: E;
  readonly count: string;
  /** Elements provided unless the call says otherwise. */
  readonly capacity: number;
  readonly size: 8;
  readonly align: 8;
}

export function pointerTo<E extends FieldType>(element: E, count: string, capacity: number): PointerType<E> {
  return { kind: 'pointer', element, count, capacity, size: 8, align: 8 };
}

export type FieldType = ScalarType | EnumType | VersionType | TextType | ArrayType | PointerType | StructLayout | UnionLayout;

export type Fields = Readonly<Record<string, FieldType>>;

/** One field at its place. */
export interface Member {
  readonly name: string;
  readonly type: FieldType;
  readonly offset: number;
}

export interface StructLayout<F extends Fields = Fields> {
  readonly kind: 'struct';
  /** The C typedef. */
  readonly name: string;
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
  readonly fields: F;
  readonly members: readonly Member[];
  readonly size: number;
  readonly align: number;
}

function alignUp(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

export function struct<const F extends Fields>(name: string, fields: F): StructLayout<F> {
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
  const versionField = members.find((member) => member.type.kind === 'version')?.type as VersionType | undefined;
  const versionWord = versionField === undefined ? undefined : size + versionField.number * 2 ** 24;
  return { kind: 'struct', name, fields, members, size, align, versionWord };
}

export function union<const F extends Fields>(name: string, fields: F): UnionLayout<F> {
  const members = Object.entries(fields).map(([field, type]) => ({ name: field, type, offset: 0 }));
  const align = Math.max(...members.map((member) => member.type.align));
  const size = alignUp(Math.max(...members.map((member) => member.type.size)), align);
  return { kind: 'union', name, fields, members, size, align };
}

/** What a union holds is known only to who reads it: all its bytes, and `readMember` of codec.ts to look at them as one member. */
export interface UnionValue {
  readonly bytes: Uint8Array;
}

/** The TypeScript value that a C value is decoded to. */
export type ValueOf<T> =
  T extends ScalarType<infer K> ? (K extends 'u64' | 'i64' ? bigint : number)
  : T extends VersionType ? number
  : T extends EnumType<infer N> ? OpenEnum<N>
  : T extends TextType ? string
  : T extends ArrayType<infer E> ? readonly ValueOf<E>[]
  : T extends PointerType<infer E> ? readonly ValueOf<E>[]
  : T extends StructLayout<infer F> ? { readonly [K in keyof F]: ValueOf<F[K]> }
  : T extends UnionLayout ? UnionValue
  : never;

/**
 * What is accepted where a C value is written. Missing struct fields are zero, a missing version word is filled in; enums are taken
 * by name, by number or as decoded; of a union give exactly one member, or all bytes. Pointers are the call's business, not a value's.
 */
export type InputOf<T> =
  T extends ScalarType<infer K> ? (K extends 'u64' | 'i64' ? bigint : number)
  : T extends VersionType ? number
  : T extends EnumType<infer N> ? EnumInput<N>
  : T extends TextType ? string
  : T extends ArrayType<infer E> ? readonly InputOf<E>[]
  : T extends StructLayout<infer F> ? { readonly [K in keyof F as F[K] extends PointerType ? never : K]?: InputOf<F[K]> }
  : T extends UnionLayout<infer F> ? UnionValue | { readonly [K in keyof F]?: InputOf<F[K]> }
  : never;

export type EnumInput<N extends string> = N | number | { readonly value: number };
