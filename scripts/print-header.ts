/** mocks/generated/nvml.h: NVML's C interface as far as it is described, from the descriptors. */
import type { EnumType, FieldType, FunctionDescriptor, Member, Parameter, StructLayout, UnionLayout } from '../lib/abi/index.ts';
import { bufferSizes, fieldIds, initFlags, nvmlFunctions } from '../lib/abi/index.ts';
import { nvmlEnums } from '../lib/abi/nvml/enums.ts';
import { nvmlStructs } from '../lib/abi/nvml/structs.ts';

/** The C type of a field or of what a parameter points to, and what follows its name. */
export function cType(type: FieldType): { readonly before: string; readonly after: string } {
  switch (type.kind) {
    case 'enum':
    case 'struct':
    case 'union':
      return { before: type.name, after: '' };
    case 'version':
      return { before: 'unsigned int', after: '' };
    case 'text':
      return { before: 'char', after: `[${type.size}]` };
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
    case 'out':
    case 'inout':
      return `${cType(parameter.type).before} *`;
    case 'array-out':
    case 'array-inout':
      return `${cType(parameter.element).before} *`;
    case 'count':
      return 'unsigned int *';
    case 'text-in':
      return 'const char *';
    case 'text-out':
      return 'char *';
  }
}

const joined = (type: string, name: string) => (type.endsWith('*') ? `${type}${name}` : `${type} ${name}`);

function printEnum(type: EnumType): string {
  const constants = Object.entries(type.constants).map(([name, value]) => `  ${name} = ${value}`);
  return `typedef enum {\n${constants.join(',\n')}\n} ${type.name};`;
}

function printMember({ name, type }: Member): string {
  const c = cType(type);
  return `  ${joined(c.before, name)}${c.after};`;
}

function printAggregate(layout: StructLayout | UnionLayout): string {
  const lines = [`typedef ${layout.kind} {`, ...layout.members.map(printMember), `} ${layout.name};`];
  const versionField = layout.members.find(({ type }) => type.kind === 'version')?.type;
  if (versionField?.kind === 'version') {
    const macro = layout.name.replace(/_t$/, '');
    lines.push(`#define ${macro} ((unsigned int)(sizeof(${layout.name}) | (${versionField.number}U << 24)))`);
  }
  return lines.join('\n');
}

function printPrototype(descriptor: FunctionDescriptor): string {
  const parameters = Object.entries(descriptor.parameters).map(([name, parameter]) => joined(cParameterType(parameter), name));
  const result = descriptor.result === 'text' ? 'const char *' : 'nvmlReturn_t ';
  return `NVML_API ${result}${descriptor.symbol}(${parameters.join(', ') || 'void'});`;
}

const defines = (constants: Readonly<Record<string, number>>) => Object.entries(constants).map(([name, value]) => `#define ${name} ${value}`);

export function printHeader(firstLine: string): string {
  const functions = Object.values(nvmlFunctions) as readonly FunctionDescriptor[];
  const handles = new Set(functions.flatMap(({ parameters }) => Object.values(parameters)).flatMap((parameter) => ('c' in parameter ? [parameter.c] : [])));
  const sections = [
    [
      `/* ${firstLine} */`,
      '/* The part of the C interface of libnvidia-ml.so.1 that gpuwright describes. Names and numbers are facts of the interface; the text is ours. */',
      '#ifndef GPUWRIGHT_GENERATED_NVML_H',
      '#define GPUWRIGHT_GENERATED_NVML_H',
    ],
    ['/* Define NVML_API before including to add attributes to the prototypes. */', '#ifndef NVML_API', '#define NVML_API', '#endif'],
    ['#ifdef __cplusplus', 'extern "C" {', '#endif'],
    [...handles].map((handle) => `typedef struct ${handle.replace(/_t$/, '_st')} *${handle};`),
    ['#define NVML_VALUE_NOT_AVAILABLE (-1)', ...defines(initFlags), ...defines(bufferSizes)],
    defines(fieldIds),
    ...nvmlEnums.map((type) => [printEnum(type)]),
    ...nvmlStructs.map((layout) => [printAggregate(layout)]),
    functions.map(printPrototype),
    ['#ifdef __cplusplus', '}', '#endif', '#endif'],
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
