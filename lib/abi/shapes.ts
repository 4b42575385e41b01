/**
 * The shapes that exist: the distinct C signatures, pointers erased, of all functions of libnvidia-ml.so.1, among which are those of
 * libnvfm.so.1. Backends refuse any other, so that a wrong descriptor cannot call through a wrong signature. The addon's trampolines
 * are generated from this list.
 */
import type { Shape, ShapeParameter } from './frame.ts';

export const shapes = [
  'r()',
  'r(p)',
  'r(u32)',
  'r(p,i32)',
  'r(p,p)',
  'r(p,u32)',
  'r(p,u64)',
  'r(u32,p)',
  'r(u32,u32)',
  'r(p,i32,p)',
  'r(p,p,p)',
  'r(p,p,u32)',
  'r(p,u32,p)',
  'r(p,u32,u32)',
  'r(p,u64,p)',
  'r(u32,p,p)',
  'r(u32,p,u32)',
  'r(u32,u32,p)',
  'r(p,p,p,p)',
  'r(p,p,p,u64)',
  'r(p,p,u32,p)',
  'r(p,u32,p,p)',
  'r(p,u32,p,u32)',
  'r(p,u32,u32,p)',
  'r(p,u32,u32,u32)',
  'r(p,u64,p,p)',
  'r(u32,p,p,p)',
  'r(u32,p,u32,p)',
  'r(u32,u32,p,p)',
  'r(p,p,p,p,p)',
  'r(p,u32,p,p,p)',
  'r(p,u32,u32,p,p)',
  'r(p,u32,u32,p,u32)',
  'r(p,u32,u32,u32,p)',
  'r(p,u64,p,p,p)',
  'r(p,u32,u64,p,p,p)',
  's(u32)',
] as const satisfies readonly Shape[];

export type KnownShape = (typeof shapes)[number];

/** A shape taken apart: the result kind and the parameters in order. */
export interface ParsedShape {
  readonly result: 'status' | 'text';
  readonly parameters: readonly ShapeParameter[];
}

/** Takes a shape apart. Throws RangeError for text that is no shape; says nothing about whether the shape is in `shapes`. */
export function parseShape(shape: string): ParsedShape {
  const match = /^([rs])\(((?:p|u32|i32|u64)(?:,(?:p|u32|i32|u64))*)?\)$/.exec(shape);
  if (match === null) throw new RangeError(`${shape}: is not a shape: write for example r(p,u32,p)`);
  const parameters = (match[2] ?? '').split(',').filter((part) => part !== '') as ShapeParameter[];
  return { result: match[1] === 's' ? 'text' : 'status', parameters };
}
