/**
 * The kinds of C parameters, and descriptors of C functions made of them. The order of the object literal is C order.
 */
import type { Shape, ShapeParameter } from './frame.ts';
import type { EnumType } from './enumeration.ts';
import type { FieldType, InputOf, ScalarType, StructLayout, ValueOf } from './layout.ts';

/** An opaque pointer that the library gave: a BigInt, passed verbatim. */
export interface HandleParameter { readonly kind: 'handle'; readonly c: string }
/** A number or an enum by value. */
export interface ValueParameter<T extends ValueType = ValueType> { readonly kind: 'value'; readonly type: T }
/** `const char *`. */
export interface TextInParameter { readonly kind: 'text-in' }
/** A pointer that the library writes a number, an enum or a struct through. */
export interface OutParameter<T extends FieldType = FieldType> { readonly kind: 'out'; readonly type: T }
/** A pointer that the library writes a handle through. */
export interface HandleOutParameter { readonly kind: 'handle-out'; readonly c: string }
/** A pointer to a struct that both sides write; its version word is filled in. */
export interface InOutParameter<T extends StructLayout = StructLayout> { readonly kind: 'inout'; readonly type: T }
/** `char *` with its size in another parameter. */
export interface TextOutParameter { readonly kind: 'text-out'; readonly bytes: number }
/** The size of a text-out (bytes) or array-inout (elements) parameter, by value; not an input of its own. */
export interface LengthParameter { readonly kind: 'length'; readonly of: string; readonly type: LengthType }
/** `unsigned int *`: capacity in, count out, of every array-out parameter of the function. */
export interface CountParameter { readonly kind: 'count'; readonly capacity: number }
/** An array that the library fills as far as the count goes. Give null as input to pass NULL. */
export interface ArrayOutParameter<E extends FieldType = FieldType> { readonly kind: 'array-out'; readonly element: E }
/** An array that both sides write. */
export interface ArrayInOutParameter<E extends FieldType = FieldType> { readonly kind: 'array-inout'; readonly element: E }

type LengthType = ScalarType<'u32'> | ScalarType<'i32'>;
type ValueType = ScalarType<'u32'> | ScalarType<'i32'> | ScalarType<'u64'> | EnumType;

export type Parameter =
  | HandleParameter
  | ValueParameter
  | TextInParameter
  | OutParameter
  | HandleOutParameter
  | InOutParameter
  | TextOutParameter
  | LengthParameter
  | CountParameter
  | ArrayOutParameter
  | ArrayInOutParameter;

export type Parameters = Readonly<Record<string, Parameter>>;

export const handle = (c: string): HandleParameter => ({ kind: 'handle', c });
export const value = <T extends ValueType>(type: T): ValueParameter<T> => ({ kind: 'value', type });
export const textIn = (): TextInParameter => ({ kind: 'text-in' });
export const out = <T extends FieldType>(type: T): OutParameter<T> => ({ kind: 'out', type });
export const handleOut = (c: string): HandleOutParameter => ({ kind: 'handle-out', c });
export const inout = <T extends StructLayout>(type: T): InOutParameter<T> => ({ kind: 'inout', type });
export const textOut = (bytes: number): TextOutParameter => ({ kind: 'text-out', bytes });
export const lengthOf = (of: string, type: LengthType): LengthParameter => ({ kind: 'length', of, type });
export const count = (capacity: number): CountParameter => ({ kind: 'count', capacity });
export const arrayOut = <E extends FieldType>(element: E): ArrayOutParameter<E> => ({ kind: 'array-out', element });
export const arrayInOut = <E extends FieldType>(element: E): ArrayInOutParameter<E> => ({ kind: 'array-inout', element });

type InputOfParameter<P> =
  P extends HandleParameter ? bigint
  : P extends ValueParameter<infer T> ? InputOf<T>
  : P extends TextInParameter ? string
  : P extends InOutParameter<infer T> ? InputOf<T>
  : P extends ArrayOutParameter ? null
  : P extends ArrayInOutParameter<infer E> ? readonly InputOf<E>[]
  : never;

type OutputOfParameter<P> =
  P extends OutParameter<infer T> ? ValueOf<T>
  : P extends HandleOutParameter ? bigint
  : P extends InOutParameter<infer T> ? ValueOf<T>
  : P extends TextOutParameter ? string
  : P extends CountParameter ? number
  : P extends ArrayOutParameter<infer E> ? readonly ValueOf<E>[]
  : P extends ArrayInOutParameter<infer E> ? readonly ValueOf<E>[]
  : never;

type Required = HandleParameter | ValueParameter | TextInParameter | ArrayInOutParameter;
type Optional = InOutParameter | ArrayOutParameter;
type Output = OutParameter | HandleOutParameter | InOutParameter | TextOutParameter | CountParameter | ArrayOutParameter | ArrayInOutParameter;

/** What a caller gives: handles, values, strings; if need be fields of an inout struct, and null for an array that is not wanted. */
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
  readonly since?: number;
  /** The C result: a status (default), or a C string. */
  readonly result?: 'status' | 'text';
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
  /** Elements provided for arrays unless the call says otherwise; 0 where the function has none. */
  readonly defaultCapacity: number;
  readonly steps: readonly Step[];
  /** Bytes of frame memory where every call needs the same; -1 where strings or arrays decide it. */
  readonly fixedBytes: number;
  /** Names that a call may give a value for. */
  readonly inputNames: ReadonlySet<string>;
}

function shapeOf(parameter: Parameter): ShapeParameter {
  if (parameter.kind === 'length') return parameter.type.kind;
  if (parameter.kind !== 'value') return 'p';
  return parameter.type.kind === 'enum' ? 'u32' : parameter.type.kind;
}

/** Rounded up to 8, the alignment of every place in a frame. */
export function roundedUp(bytes: number): number {
  return (bytes + 7) & ~7;
}

/** Bytes that a parameter's memory needs whatever the call; 0: none; -1: the call decides. */
function fixedSize(parameter: Parameter): number {
  switch (parameter.kind) {
    case 'out':
      return parameter.type.size;
    case 'inout':
      return parameter.type.members.some(({ type }) => type.kind === 'pointer') ? -1 : parameter.type.size;
    case 'handle-out':
      return 8;
    case 'text-out':
      return parameter.bytes;
    case 'handle':
    case 'value':
    case 'length':
      return 0;
    default:
      return -1;
  }
}

const INPUT_KINDS: ReadonlySet<Parameter['kind']> = new Set(['handle', 'value', 'text-in', 'inout', 'array-out', 'array-inout']);

export function cFunction<const P extends Parameters>(symbol: string, parameters: P, facts: FunctionFacts): FunctionDescriptor<P> {
  const result = facts.result ?? 'status';
  const entries = Object.entries(parameters);
  const shape: Shape = `${result === 'text' ? 's' : 'r'}(${entries.map(([, parameter]) => shapeOf(parameter)).join(',')})`;
  const names = entries.map(([name]) => name);
  const isFixed = entries.every(([, parameter]) => fixedSize(parameter) !== -1);
  let defaultCapacity = 0;
  let end = 0;
  const steps = entries.map(([name, parameter]): Step => {
    if (parameter.kind === 'count') defaultCapacity = parameter.capacity;
    if (parameter.kind === 'inout') {
      for (const { type } of parameter.type.members) if (type.kind === 'pointer') defaultCapacity = type.capacity;
    }
    const size = isFixed ? fixedSize(parameter) : 0;
    const place = size === 0 ? -1 : end;
    end += roundedUp(size);
    return { name, what: `${symbol}: ${name}`, parameter, place, measures: parameter.kind === 'length' ? names.indexOf(parameter.of) : -1 };
  });
  return {
    symbol, shape, result, parameters, changes: facts.changes, since: facts.since, defaultCapacity, steps,
    fixedBytes: isFixed ? end : -1,
    inputNames: new Set(entries.filter(([, { kind }]) => INPUT_KINDS.has(kind)).map(([name]) => name)),
  };
}
