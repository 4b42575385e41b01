import type { CallFrame } from '../abi/frame.ts';
import type { ParsedShape } from '../abi/shapes.ts';

/** The words of a frame as koffi takes them. Numbers where a number can say it, for koffi takes them in half the time of BigInts: its pointers are addresses below 2^53. */
export function koffiArguments(signature: ParsedShape, frame: CallFrame, base: bigint, halves: Uint32Array): (number | bigint)[] {
  const values: (number | bigint)[] = [];
  const { parameters } = signature;
  for (let index = 0; index < parameters.length; index += 1) {
    const low = halves[2 * index] as number;
    const parameter = parameters[index];
    if ((frame.pointerMask & (1 << index)) !== 0) values.push(Number(base) + low);
    else if (parameter === 'i32') values.push(low | 0);
    else if (parameter === 'u32' || halves[2 * index + 1] === 0) values.push(low);
    else values.push(frame.words[index] as bigint);
  }
  return values;
}
