/**
 * The kinds of C parameters, and descriptors of C functions made of them. The order of the object literal is C order.
 */
import type { Shape } from './frame.ts';
import type { EnumType } from './enumeration.ts';
import type { FieldType, InputOf, ScalarType, StructLayout, ValueOf } from './layout.ts';

/** An opaque pointer that the library gave: a BigInt, passed verbatim. */
export interface HandleParameter { readonly kind: 'handle'; readonly c: string }
/** A number or an enum by value. */
export interface ValueParameter<T extends ValueType = ValueType> { readonly kind: 'value'; readonly type: T }
/** `const char *`. */
export interface TextInParameter { readonly kind: 'text-in' }
/** A pointer to something that only the caller writes; a struct's version word is filled in. */
export interface InParameter<T extends FieldType = FieldType> {
  readonly kind: 'in';
  readonly type: T;
  /** What the function takes instead, each under its own version word, newest first. */
  readonly versions: readonly T[];
}
/** A pointer that the library writes a number, an enum or a struct through. */
export interface OutParameter<T extends FieldType = FieldType> { readonly kind: 'out'; readonly type: T }
/** A pointer that the library writes a handle through. */
export interface HandleOutParameter { readonly kind: 'handle-out'; readonly c: string }
/** A pointer to a struct that both sides write; its version word is filled in. */
export interface InOutParameter<T extends StructLayout = StructLayout> {
  readonly kind: 'inout';
  readonly type: T;
  /** What the function takes instead, each under its own version word, newest first. */
  readonly versions: readonly T[];
}
/** `char *` of that many bytes, whose size may stand in a length parameter. */
export interface TextOutParameter { readonly kind: 'text-out'; readonly bytes: number }
/** `char *` of as many bytes as the function's count parameter says. */
export interface CountedTextOutParameter { readonly kind: 'counted-text-out' }
/** A struct with a tail, in as many bytes as the function's count parameter says. */
export interface SizedOutParameter<T extends StructLayout = StructLayout> { readonly kind: 'sized-out'; readonly type: T }
/** The size of an output (text: bytes; array: elements, or bytes where so said), by value; not an input of its own. */
export interface LengthParameter {
  readonly kind: 'length';
  readonly of: string;
  readonly type: LengthType;
  /** Elements provided for the array that it measures, unless the call says otherwise. For a struct: its fixed value. */
  readonly capacity: number;
  readonly unit: 'elements' | 'bytes';
}
/** `unsigned int *`: capacity in, count out, of every array (or text, or sized struct) that the function fills. */
export interface CountParameter {
  readonly kind: 'count';
  /** Elements provided unless the call says otherwise; bytes for texts and sized structs. */
  readonly capacity: number;
  /** The library does not look at the capacity: it must be known to suffice. */
  readonly outOnly: boolean;
}
/** An array that the library fills as far as the count goes. Give null as input to pass NULL. */
export interface ArrayOutParameter<E extends FieldType = FieldType> { readonly kind: 'array-out'; readonly element: E }
/** An array that only the caller writes. An empty one passes NULL. */
export interface ArrayInParameter<E extends FieldType = FieldType> { readonly kind: 'array-in'; readonly element: E }
/** An array that both sides write. */
export interface ArrayInOutParameter<E extends FieldType = FieldType> { readonly kind: 'array-inout'; readonly element: E }

type LengthType = ScalarType<'u32'> | ScalarType<'i32'>;
type ValueType = ScalarType<'u32'> | ScalarType<'i32'> | ScalarType<'u64'> | EnumType;

export type Parameter =
  | HandleParameter
  | ValueParameter
  | TextInParameter
  | InParameter
  | OutParameter
  | HandleOutParameter
  | InOutParameter
  | TextOutParameter
  | CountedTextOutParameter
  | SizedOutParameter
  | LengthParameter
  | CountParameter
  | ArrayOutParameter
  | ArrayInParameter
  | ArrayInOutParameter;

export type Parameters = Readonly<Record<string, Parameter>>;

export const handle = (c: string): HandleParameter => ({ kind: 'handle', c });
export const value = <T extends ValueType>(type: T): ValueParameter<T> => ({ kind: 'value', type });
export const textIn = (): TextInParameter => ({ kind: 'text-in' });
export const out = <T extends FieldType>(type: T): OutParameter<T> => ({ kind: 'out', type });
export const handleOut = (c: string): HandleOutParameter => ({ kind: 'handle-out', c });
export const textOut = (bytes: number): TextOutParameter => ({ kind: 'text-out', bytes });
export const countedTextOut = (): CountedTextOutParameter => ({ kind: 'counted-text-out' });
export const sizedOut = <T extends StructLayout>(type: T): SizedOutParameter<T> => ({ kind: 'sized-out', type });
export const lengthOf = (of: string, type: LengthType, capacity = 0, unit: LengthParameter['unit'] = 'elements'): LengthParameter => ({ kind: 'length', of, type, capacity, unit });
export const count = (capacity: number): CountParameter => ({ kind: 'count', capacity, outOnly: false });
export const countOut = (capacity: number): CountParameter => ({ kind: 'count', capacity, outOnly: true });
export const arrayOut = <E extends FieldType>(element: E): ArrayOutParameter<E> => ({ kind: 'array-out', element });
export const arrayIn = <E extends FieldType>(element: E): ArrayInParameter<E> => ({ kind: 'array-in', element });
export const arrayInOut = <E extends FieldType>(element: E): ArrayInOutParameter<E> => ({ kind: 'array-inout', element });

export function input<T extends FieldType>(type: T): InParameter<T>;
/** `type` stands in the prototype; of `versions`, newest first, the function takes each. */
export function input<T extends StructLayout, V extends StructLayout>(type: T, versions: readonly V[]): InParameter<T | V>;
export function input(type: FieldType, versions: readonly FieldType[] = [type]): InParameter {
  return { kind: 'in', type, versions };
}

export function inout<T extends StructLayout>(type: T): InOutParameter<T>;
/** `type` stands in the prototype; of `versions`, newest first, the function takes each. */
export function inout<T extends StructLayout, V extends StructLayout>(type: T, versions: readonly V[]): InOutParameter<T | V>;
export function inout(type: StructLayout, versions: readonly StructLayout[] = [type]): InOutParameter {
  return { kind: 'inout', type, versions };
}

type InputOfParameter<P> =
  P extends HandleParameter ? bigint
  : P extends ValueParameter<infer T> ? InputOf<T>
  : P extends TextInParameter ? string
  : P extends InParameter<infer T> ? InputOf<T>
  : P extends InOutParameter<infer T> ? InputOf<T>
  : P extends ArrayOutParameter ? null
  : P extends ArrayInParameter<infer E> ? readonly InputOf<E>[]
  : P extends ArrayInOutParameter<infer E> ? readonly InputOf<E>[]
  : never;

type OutputOfParameter<P> =
  P extends OutParameter<infer T> ? ValueOf<T>
  : P extends HandleOutParameter ? bigint
  : P extends InOutParameter<infer T> ? ValueOf<T>
  : P extends TextOutParameter | CountedTextOutParameter ? string
  : P extends SizedOutParameter<infer T> ? ValueOf<T>
  : P extends CountParameter ? number
  : P extends ArrayOutParameter<infer E> ? readonly ValueOf<E>[]
  : P extends ArrayInOutParameter<infer E> ? readonly ValueOf<E>[]
  : never;

type Required = HandleParameter | ValueParameter | TextInParameter | InParameter | ArrayInParameter | ArrayInOutParameter;
type Optional = InOutParameter | ArrayOutParameter;
type Output =
  | OutParameter | HandleOutParameter | InOutParameter | TextOutParameter | CountedTextOutParameter | SizedOutParameter | CountParameter
  | ArrayOutParameter | ArrayInOutParameter;

/** What a caller gives: handles, values, strings, structs; if need be fields of an inout struct, and null for an array that is not wanted. */
export type InputsOf<D> = D extends FunctionDescriptor<infer P>
  ? { readonly [K in keyof P as P[K] extends Required ? K : never]: InputOfParameter<P[K]> }
    & { readonly [K in keyof P as P[K] extends Optional ? K : never]?: InputOfParameter<P[K]> }
  : never;

/** What comes back, by the C parameter's name. */
export type OutputsOf<D> = D extends FunctionDescriptor<infer P>
  ? { readonly [K in keyof P as P[K] extends Output ? K : never]: OutputOfParameter<P[K]> }
  : never;

export interface FunctionFacts {
  /** It changes a GPU or the host for others too (settings, counters), instead of only reading. */
  readonly changes: boolean;
  /** First driver branch known to have it; the lowest that can be told is 440. */
  readonly since?: number | undefined;
  /** The C result: a status (default), or a C string. */
  readonly result?: 'status' | 'text' | undefined;
  /** The oldest GPU architecture that has it, as far as its documentation names one. */
  readonly architecture?: string | undefined;
  /** Its documentation says that it needs root. */
  readonly root?: boolean | undefined;
}

/** One parameter as encodeCall goes through them: prepared once, so that a call builds no strings and searches nothing. */
export interface Step {
  readonly name: string;
  /** `nvmlX: name`, the beginning of messages. */
  readonly what: string;
  readonly parameter: Parameter;
  /** Where its memory is in the frame; -1: it has none. Only in functions whose frames all have one layout. */
  readonly place: number;
  /** For a length: the index of the parameter that it measures. */
  readonly measures: number;
}

export interface FunctionDescriptor<P extends Parameters = Parameters> {
  readonly symbol: string;
  readonly shape: Shape;
  readonly result: 'status' | 'text';
  readonly parameters: P;
  readonly changes: boolean;
  readonly since: number | undefined;
  readonly architecture: string | undefined;
  readonly root: boolean;
  /** Elements provided for arrays unless the call says otherwise (bytes for texts and sized structs); 0 where the function has none. */
  readonly defaultCapacity: number;
  readonly steps: readonly Step[];
  /** Bytes of frame memory where every call needs the same; -1 where strings or arrays decide it. */
  readonly fixedBytes: number;
  /** Names that a call may give a value for. */
  readonly inputNames: ReadonlySet<string>;
  /** The same function with each struct that it takes, newest first: itself alone where it takes one. */
  readonly versions: readonly FunctionDescriptor<P>[];
}
