/** C declarations as text, from the descriptors. */
import { cMember } from '../lib/abi/c-text.ts';
import type { EnumType, StructLayout, UnionLayout } from '../lib/abi/index.ts';

const hex = (value: number): string => (value > 0x7fff_ffff ? `0x${value.toString(16)}u` : String(value));

export function printEnum(type: EnumType): string {
  if (type.macros !== undefined) return [`typedef ${type.macros} ${type.name};`, ...Object.entries(type.constants).map(([name, value]) => `#define ${name} ${hex(value)}`)].join('\n');
  // Without a typedef C knows it by its tag.
  const [before, after] = type.name.startsWith('enum ') ? [type.name, ''] : ['typedef enum', ` ${type.name}`];
  const constants = Object.entries(type.constants).map(([name, value]) => `  ${name} = ${hex(value)}`);
  // Some values need more than an int, which ISO C knows no enum for.
  const extension = Object.values(type.constants).some((value) => value > 0x7fff_ffff) ? '__extension__ ' : '';
  return `${extension}${before} {\n${constants.join(',\n')}\n}${after};`;
}

/** `versionMacro`: what C calls the struct's version word, where it has one. */
export function printAggregate(layout: StructLayout | UnionLayout, versionMacro: string | undefined): string {
  const lines = [`typedef ${layout.kind} {`, ...layout.members.map(cMember), `} ${layout.name};`];
  const versionField = layout.members.find(({ type }) => type.kind === 'version')?.type;
  if (layout.kind === 'struct' && layout.versionWord !== undefined && !(versionField?.kind === 'version' && !versionField.holdsSize)) {
    lines.push(`#define ${versionMacro} ((unsigned int)(sizeof(${layout.name}) | (${Math.floor(layout.versionWord / 2 ** 24)}U << 24)))`);
  }
  return lines.join('\n');
}

export const defines = (constants: Readonly<Record<string, number | bigint>>) =>
  Object.entries(constants).map(([name, value]) => `#define ${name} ${typeof value === 'bigint' ? `${value}ULL` : value}`);
