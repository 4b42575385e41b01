/** native/generated/shapes.inc: the list of shapes, from which the addon makes one typed trampoline each. */
import { parseShape, shapes } from '../lib/abi/index.ts';

export function printShapes(firstLine: string): string {
  const entries = shapes.map((shape, index) => {
    const { result, parameters } = parseShape(shape);
    const names = [result === 'text' ? 'S' : 'R', ...parameters.map((type) => type.toUpperCase())];
    return `GPUWRIGHT_SHAPE(${index}, "${shape}", ${names.join(', ')})`;
  });
  return [
    `// ${firstLine}`,
    '// Define GPUWRIGHT_SHAPE(index, text, result, parameters...) before including. Results: R an int status, S a C string.',
    '// Parameters: P void *, U32 uint32_t, I32 int32_t, U64 uint64_t; each is the low bits of its 64-bit word.',
    ...entries,
    '',
  ].join('\n');
}
