/**
 * The state of a machine as a tree of names, and as the lines `a.b.0.c=value` that `gpuwright-machine` reads and prints. Which names
 * there are, and what they may be, is known there alone (mocks/machine/topics).
 */
import { GpuwrightError } from '../../lib/errors.ts';
import type { MachineSettings } from './types.ts';

/** A number too large for JSON, or one that reads better in hexadecimal, is a text: `"0x20b210de"`. */
export type AttributeValue = string | number | boolean;
/** `null` where the product does not have it. */
export interface AttributeTree {
  readonly [name: string]: AttributeValue | null | AttributeTree | readonly (AttributeTree | AttributeValue | null)[];
}

/** `undefined` and objects of other classes come from JavaScript only; they are refused like any wrong value. */
type Node = AttributeTree[string] | AttributeTree | undefined;

/** Each value with its name. `what` stands before the name in messages. */
export function attributeLines(what: string, tree: AttributeTree, prefix = ''): string[] {
  const lines: string[] = [];
  const add = (name: string, node: Node): void => {
    if (Array.isArray(node)) return node.forEach((element: Node, index) => add(`${name}.${index}`, element));
    if (typeof node === 'object' && node !== null) {
      for (const [key, inner] of Object.entries(node as AttributeTree)) add(name === '' ? key : `${name}.${key}`, inner);
      return;
    }
    lines.push(`${prefix}${name}=${textOf(what, name, node)}`);
  };
  add('', tree);
  return lines;
}

/** Settings by name as words `name=value`. */
export function settingWords(what: string, settings: MachineSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${textOf(what, name, typeof value === 'bigint' ? String(value) : value)}`]));
}

function textOf(what: string, name: string, value: AttributeValue | null | undefined): string {
  if (value === null) return 'unsupported';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  // A line break would end the line that carries it.
  if (typeof value === 'string' && !/[\r\n\0]/.test(value) && !/[\s=]/.test(name)) return value;
  throw new GpuwrightError('INVALID_INPUT', `${what}${name} is ${JSON.stringify(value) ?? 'nothing'}: write a whole number, true, false, null or a text of one line`);
}

/** `over` on top of `base`: objects are merged, all else is replaced. */
export function mergeAttributes(base: AttributeTree, over: AttributeTree): AttributeTree {
  const merged: Record<string, AttributeTree[string]> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = merged[name];
    merged[name] = isTree(before) && isTree(value) ? mergeAttributes(before, value) : value;
  }
  return merged;
}

export function isTree(value: unknown): value is AttributeTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
