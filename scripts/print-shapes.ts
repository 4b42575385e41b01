/** native/generated/shapes.inc: one typed trampoline per shape, and the tables that find them by the shape's text. */
import type { ShapeParameter } from '../lib/abi/index.ts';
import { parseShape, shapes } from '../lib/abi/index.ts';

const cTypes: Readonly<Record<ShapeParameter, string>> = { p: 'void *', u32: 'uint32_t', i32: 'int32_t', u64: 'uint64_t' };

function argument(type: ShapeParameter, index: number): string {
  const word = `words[${index}]`;
  if (type === 'p') return `(void *)(uintptr_t)${word}`;
  // Through the unsigned type of the same width: the low half of the word, sign and all.
  if (type === 'i32') return `(int32_t)(uint32_t)${word}`;
  return type === 'u64' ? word : `(uint32_t)${word}`;
}

const identifier = (shape: string) => `gpuwright_shape_${shape.replace('()', '_void').replaceAll(/[(,]/g, '_').replace(')', '')}`;

function trampoline(shape: string): string {
  const { result, parameters } = parseShape(shape);
  const returns = result === 'text' ? 'const char *' : 'int';
  const signature = `${returns} (*)(${parameters.map((type) => cTypes[type]).join(', ') || 'void'})`;
  const call = `((${signature})function)(${parameters.map(argument).join(', ')})`;
  const unused = parameters.length === 0 ? '  (void)words;\n' : '';
  return `static ${returns}${result === 'text' ? '' : ' '}${identifier(shape)}(void *function, const uint64_t *words) {\n${unused}  return ${call};\n}\n`;
}

function table(name: string, entry: string, of: 'status' | 'text'): string {
  const members = shapes.filter((shape) => parseShape(shape).result === of);
  const lines = members.map((shape) => `  { "${shape}", ${parseShape(shape).parameters.length}, ${identifier(shape)} },`);
  return `static const struct ${entry} ${name}[] = {\n${lines.join('\n')}\n};\n#define ${name}_LENGTH ${members.length}\n`;
}

export function printShapes(firstLine: string): string {
  return [
    `/* ${firstLine} */`,
    '/* Include once, in C11 or C++17, after <stdint.h>. `function` is what dlsym gave; words are passed by value, pointers already relocated. */\n',
    'typedef int (*gpuwright_status_trampoline)(void *function, const uint64_t *words);',
    'typedef const char *(*gpuwright_text_trampoline)(void *function, const uint64_t *words);\n',
    'struct gpuwright_status_shape { const char *shape; unsigned parameters; gpuwright_status_trampoline call; };',
    'struct gpuwright_text_shape { const char *shape; unsigned parameters; gpuwright_text_trampoline call; };\n',
    ...shapes.map(trampoline),
    table('GPUWRIGHT_STATUS_SHAPES', 'gpuwright_status_shape', 'status'),
    table('GPUWRIGHT_TEXT_SHAPES', 'gpuwright_text_shape', 'text'),
  ].join('\n');
}
