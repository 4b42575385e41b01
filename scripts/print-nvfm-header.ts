/** mocks/generated/nvfm.h and nvfm-functions.json: Fabric Manager's C interface, and the names in it. */
import type { FunctionDescriptor } from '../lib/abi/index.ts';
import { FM_CMD_PORT_NUMBER, fmBufferSizes, fmLimits, nvfmFunctions } from '../lib/abi/index.ts';
import { nvfmEnums, nvfmStructs, nvfmTypeAliases, nvfmTypedefs, nvfmVersionMacros } from '../lib/abi/nvfm/types.ts';
import { defines, printAggregate, printEnum, printPrototype } from './c-text.ts';

export function printNvfmHeader(firstLine: string): string {
  const functions = Object.values(nvfmFunctions) as readonly FunctionDescriptor[];
  const sections = [
    [
      `/* ${firstLine} */`,
      '/* The C interface of libnvfm.so.1. Names and numbers are facts of the interface; the text is ours. */',
      '#ifndef GPUWRIGHT_GENERATED_NVFM_H',
      '#define GPUWRIGHT_GENERATED_NVFM_H',
    ],
    ['/* Define FM_API before including to add attributes to the prototypes. */', '#ifndef FM_API', '#define FM_API', '#endif'],
    ['#ifdef __cplusplus', 'extern "C" {', '#endif'],
    ['typedef void *fmHandle_t;', ...nvfmTypedefs.map(({ c, typedef }) => `typedef ${typedef} ${c};`)],
    defines({ ...fmBufferSizes, ...fmLimits, FM_CMD_PORT_NUMBER }),
    ...nvfmEnums.map((type) => [printEnum(type)]),
    ...nvfmStructs.map((layout) => [printAggregate(layout, nvfmVersionMacros[layout.name])]),
    Object.entries(nvfmTypeAliases).map(([alias, type]) => `typedef ${type} ${alias};`),
    functions.map((descriptor) => printPrototype(descriptor, 'FM_API', 'fmReturn_t')),
    ['#ifdef __cplusplus', '}', '#endif', '#endif'],
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

export function printNvfmFunctions(firstLine: string): string {
  return `{ "generated": ${JSON.stringify(firstLine)},\n  "functions": ${JSON.stringify(Object.keys(nvfmFunctions))}\n}\n`;
}
