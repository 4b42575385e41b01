/** mocks/generated/nvml.h: NVML's C interface as far as it is described, from the descriptors. */
import type { EnumType, FunctionDescriptor, StructLayout, UnionLayout } from '../lib/abi/index.ts';
import { cMember, cPrototype } from '../lib/abi/c-text.ts';
import { bufferSizes, fieldIds, flags, initFlags, nvmlFunctions } from '../lib/abi/index.ts';
import { typeAliases } from '../lib/abi/nvml/type-aliases.ts';
import { nvmlEnums, nvmlStructs, nvmlTypedefs } from '../lib/abi/nvml/types.ts';

const hex = (value: number): string => (value > 0x7fff_ffff ? `0x${value.toString(16)}u` : String(value));

function printEnum(type: EnumType): string {
  if (type.macros !== undefined) return [`typedef ${type.macros} ${type.name};`, ...Object.entries(type.constants).map(([name, value]) => `#define ${name} ${hex(value)}`)].join('\n');
  const constants = Object.entries(type.constants).map(([name, value]) => `  ${name} = ${hex(value)}`);
  // Some values need more than an int, which ISO C knows no enum for.
  const extension = Object.values(type.constants).some((value) => value > 0x7fff_ffff) ? '__extension__ ' : '';
  return `${extension}typedef enum {\n${constants.join(',\n')}\n} ${type.name};`;
}

function printAggregate(layout: StructLayout | UnionLayout): string {
  const lines = [`typedef ${layout.kind} {`, ...layout.members.map(cMember), `} ${layout.name};`];
  const versionField = layout.members.find(({ type }) => type.kind === 'version')?.type;
  if (layout.kind === 'struct' && layout.versionWord !== undefined && !(versionField?.kind === 'version' && !versionField.holdsSize)) {
    const macro = layout.name.replace(/_t$/, '');
    lines.push(`#define ${macro} ((unsigned int)(sizeof(${layout.name}) | (${Math.floor(layout.versionWord / 2 ** 24)}U << 24)))`);
  }
  return lines.join('\n');
}

const defines = (constants: Readonly<Record<string, number | bigint>>) =>
  Object.entries(constants).map(([name, value]) => `#define ${name} ${typeof value === 'bigint' ? `${value}ULL` : value}`);

/** Every opaque pointer that a parameter or a field is. */
function handlesOf(functions: readonly FunctionDescriptor[]): string[] {
  const handles = new Set<string>();
  for (const parameter of functions.flatMap(({ parameters }) => Object.values(parameters))) if ('c' in parameter) handles.add(parameter.c);
  for (const { type } of nvmlStructs.flatMap(({ members }) => members)) if (type.kind === 'u64' && /^nvml(?!CPER)\w+_t$/.test(type.c)) handles.add(type.c);
  return [...handles];
}

export function printHeader(firstLine: string): string {
  const functions = Object.values(nvmlFunctions) as readonly FunctionDescriptor[];
  const sections = [
    [
      `/* ${firstLine} */`,
      '/* The C interface of libnvidia-ml.so.1. Names and numbers are facts of the interface; the text is ours. */',
      '#ifndef GPUWRIGHT_GENERATED_NVML_H',
      '#define GPUWRIGHT_GENERATED_NVML_H',
    ],
    ['/* Define NVML_API before including to add attributes to the prototypes. */', '#ifndef NVML_API', '#define NVML_API', '#endif'],
    ['#ifdef __cplusplus', 'extern "C" {', '#endif'],
    handlesOf(functions).map((handle) => `typedef struct ${handle.replace(/_t$/, '_st')} *${handle};`),
    nvmlTypedefs.map(({ c, typedef }) => `typedef ${typedef} ${c};`),
    ['#define NVML_VALUE_NOT_AVAILABLE (-1)', ...defines(initFlags), ...defines(bufferSizes)],
    ...Object.entries(flags).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => defines(group)),
    defines(fieldIds),
    ...nvmlEnums.map((type) => [printEnum(type)]),
    ...nvmlStructs.map((layout) => [printAggregate(layout)]),
    Object.entries(typeAliases).map(([alias, type]) => `typedef ${type} ${alias};`),
    functions.map((descriptor) => `NVML_API ${cPrototype(descriptor)};`),
    ['#ifdef __cplusplus', '}', '#endif', '#endif'],
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
