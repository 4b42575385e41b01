/** C declarations as text, from the descriptors. */
import type { EnumType, FieldType, FunctionDescriptor, Member, Parameter, StructLayout, UnionLayout } from '../lib/abi/index.ts';

/** The C type of a field or of what a parameter points to, and what follows its name. */
export function cType(type: FieldType): { readonly before: string; readonly after: string } {
  switch (type.kind) {
    case 'enum':
      return { before: type.name, after: '' };
    case 'struct':
    case 'union':
      return { before: type.nameless === undefined ? type.name : `${type.kind} {\n${type.members.map(printMember).join('\n')}\n}`, after: '' };
    case 'version':
      return { before: 'unsigned int', after: '' };
    case 'text':
    case 'tail':
      return { before: 'char', after: `[${type.size}]` };
    case 'bytes':
      return { before: 'unsigned char', after: `[${type.size}]` };
    case 'array': {
      const element = cType(type.element);
      return { before: element.before, after: `[${type.length}]${element.after}` };
    }
    case 'pointer':
      return { before: `${cType(type.element).before} *`, after: '' };
    default:
      return { before: type.c, after: '' };
  }
}

/** The C type of a parameter. */
export function cParameterType(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'handle':
      return parameter.c;
    case 'handle-out':
      return `${parameter.c} *`;
    case 'value':
    case 'length':
      return cType(parameter.type).before;
    case 'in':
      return `const ${cType(parameter.type).before} *`;
    case 'out':
    case 'inout':
    case 'sized-out':
      return `${cType(parameter.type).before} *`;
    case 'array-in':
      return `const ${cType(parameter.element).before} *`;
    case 'array-out':
    case 'array-inout':
      return `${cType(parameter.element).before} *`;
    case 'count':
      return 'unsigned int *';
    case 'text-in':
      return 'const char *';
    case 'text-out':
    case 'counted-text-out':
      return 'char *';
  }
}

export const joined = (type: string, name: string) => (type.endsWith('*') ? `${type}${name}` : `${type} ${name}`);

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

function printMember({ name, type }: Member): string {
  const c = cType(type);
  return type.kind === 'union' && type.nameless === 'transparent' ? `  ${c.before};` : `  ${joined(c.before, name)}${c.after};`;
}

/** `versionMacro`: what C calls the struct's version word, where it has one. */
export function printAggregate(layout: StructLayout | UnionLayout, versionMacro: string | undefined): string {
  const lines = [`typedef ${layout.kind} {`, ...layout.members.map(printMember), `} ${layout.name};`];
  const versionField = layout.members.find(({ type }) => type.kind === 'version')?.type;
  if (layout.kind === 'struct' && layout.versionWord !== undefined && !(versionField?.kind === 'version' && !versionField.holdsSize)) {
    lines.push(`#define ${versionMacro} ((unsigned int)(sizeof(${layout.name}) | (${Math.floor(layout.versionWord / 2 ** 24)}U << 24)))`);
  }
  return lines.join('\n');
}

/** `status`: the C type of a result that is no text. `attributes` go in front. */
export function printPrototype(descriptor: FunctionDescriptor, attributes: string, status: string): string {
  const parameters = Object.entries(descriptor.parameters).map(([name, parameter]) => joined(cParameterType(parameter), name));
  const result = descriptor.result === 'text' ? 'const char *' : `${status} `;
  return `${attributes} ${result}${descriptor.symbol}(${parameters.join(', ') || 'void'});`;
}

export const defines = (constants: Readonly<Record<string, number | bigint>>) =>
  Object.entries(constants).map(([name, value]) => `#define ${name} ${typeof value === 'bigint' ? `${value}ULL` : value}`);
