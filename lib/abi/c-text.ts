/** Descriptors as C text. */
import type { FieldType, Member } from './layout.ts';
import type { FunctionDescriptor, Parameter } from './parameters.ts';

/** The C type of a field or of what a parameter points to, and what follows its name. */
export function cType(type: FieldType): { readonly before: string; readonly after: string } {
  switch (type.kind) {
    case 'enum':
      return { before: type.name, after: '' };
    case 'struct':
    case 'union':
      return { before: type.nameless === undefined ? type.name : `${type.kind} {\n${type.members.map(cMember).join('\n')}\n}`, after: '' };
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

export const joined = (type: string, name: string): string => (type.endsWith('*') ? `${type}${name}` : `${type} ${name}`);

/** A field of a struct, as C declares it. */
export function cMember({ name, type }: Member): string {
  const c = cType(type);
  return type.kind === 'union' && type.nameless === 'transparent' ? `  ${c.before};` : `  ${joined(c.before, name)}${c.after};`;
}

/** `nvmlReturn_t nvmlDeviceGetNumFans(nvmlDevice_t device, unsigned int *numFans)` */
export function cPrototype({ symbol, parameters, result }: FunctionDescriptor, status = 'nvmlReturn_t'): string {
  const all = Object.entries(parameters).map(([name, parameter]) => joined(cParameterType(parameter), name));
  return `${joined(result === 'text' ? 'const char *' : status, symbol)}(${all.join(', ') || 'void'})`;
}
