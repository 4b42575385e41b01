import type { Shape } from '../abi/frame.ts';
import { parseShape, shapes, type ParsedShape } from '../abi/shapes.ts';

const known: ReadonlyMap<string, ParsedShape> = new Map(shapes.map((shape) => [shape, parseShape(shape)]));

/** The listed shape taken apart. Throws RangeError for any other: a wrong descriptor must not call through a wrong signature. */
export function signatureOf(symbol: string, shape: Shape): ParsedShape {
  if (typeof symbol !== 'string' || symbol === '') throw new TypeError('bind: symbol is not a text: give the name of a C function');
  const signature = known.get(shape);
  if (signature === undefined) throw new RangeError(`${symbol}: the shape ${String(shape)} is not listed: use one of lib/abi/shapes.ts`);
  return signature;
}
