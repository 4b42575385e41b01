/** mocks/generated/nvml.h: NVML's C interface as far as it is described, from the descriptors. */
import type { FunctionDescriptor } from '../lib/abi/index.ts';
import { cPrototype } from '../lib/abi/c-text.ts';
import { bufferSizes, fieldIds, flags, initFlags, nvmlFunctions } from '../lib/abi/index.ts';
import { typeAliases } from '../lib/abi/nvml/type-aliases.ts';
import { nvmlEnums, nvmlStructs, nvmlTypedefs } from '../lib/abi/nvml/types.ts';
import { defines, printAggregate, printEnum } from './c-text.ts';

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
    ...nvmlStructs.map((layout) => [printAggregate(layout, layout.name.replace(/_t$/, ''))]),
    Object.entries(typeAliases).map(([alias, type]) => `typedef ${type} ${alias};`),
    functions.map((descriptor) => `NVML_API ${cPrototype(descriptor)};`),
    ['#ifdef __cplusplus', '}', '#endif', '#endif'],
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}
