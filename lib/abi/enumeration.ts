/**
 * C enums: names of ours (kebab-case) and the C constants behind them. Decoding is open: an unheard-of value keeps its number.
 */
import type { OpenEnum } from './open-enum.ts';

export interface EnumType<N extends string = string> {
  readonly kind: 'enum';
  /** The C typedef. */
  readonly name: string;
  readonly values: Readonly<Record<N, number>>;
  /** The C constants with their numbers, in C order: those of `values`, then the sentinels (`…_COUNT`). */
  readonly constants: Readonly<Record<string, number>>;
  readonly byNumber: ReadonlyMap<number, OpenEnum<N>>;
  /** No C enum but macros: the type that the typedef stands for. */
  readonly macros: EnumBase | undefined;
  readonly signed: boolean;
  readonly size: 1 | 4;
  readonly align: 1 | 4;
}

export type EnumBase = 'unsigned int' | 'unsigned char';

export interface EnumDetails<N extends string> {
  /** C constants that are not prefix + upper-case name. */
  readonly constants?: Readonly<Partial<Record<N, string>>>;
  /** Constants that are no value: limits and counts. They are in the header only. */
  readonly sentinels?: Readonly<Record<string, number>>;
  readonly macros?: EnumBase;
  /** It has negative values. */
  readonly signed?: boolean;
}

/** `enumeration('nvmlClockType_t', 'NVML_CLOCK_', { graphics: 0, … })`; the C constant of `graphics` is `NVML_CLOCK_GRAPHICS`. */
export function enumeration<const V extends Readonly<Record<string, number>>>(
  name: string,
  prefix: string,
  values: V,
  details: EnumDetails<keyof V & string> = {},
): EnumType<keyof V & string> {
  type N = keyof V & string;
  const constants: Record<string, number> = {};
  const byNumber = new Map<number, OpenEnum<N>>();
  for (const [member, value] of Object.entries(values) as [N, number][]) {
    constants[details.constants?.[member] ?? prefix + member.toUpperCase().replaceAll('-', '_')] = value;
    // Two names for one number: the first is the one that is read.
    if (!byNumber.has(value)) byNumber.set(value, Object.freeze({ name: member, value }));
  }
  const { macros, sentinels, signed = false } = details;
  const size = macros === 'unsigned char' ? 1 : 4;
  return { kind: 'enum', name, values: values as Readonly<Record<N, number>>, constants: { ...constants, ...sentinels }, byNumber, macros, signed, size, align: size };
}

export function decodeEnum<N extends string>(type: EnumType<N>, value: number): OpenEnum<N> {
  return type.byNumber.get(value) ?? { name: 'unknown', value };
}
