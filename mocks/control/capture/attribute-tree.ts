/** Attributes by their dotted names, as a tree that reads well in a file. */
import type { AttributeTree, AttributeValue } from '../attributes.ts';
import type { MachineAttribute } from '../types.ts';

type Value = AttributeValue | null;
type Node = Value | Map<string, Node>;

/** The value of an attribute as a profile has it. */
export function valueOf({ value, kind, optional }: Pick<MachineAttribute, 'value' | 'kind' | 'optional'>): Value {
  if (optional && value === 'unsupported') return null;
  if (kind === 'switch') return value === 'on';
  const number = kind === 'number' || kind === 'signed number' ? Number(value) : Number.NaN;
  return Number.isSafeInteger(number) ? number : value;
}

/** `fan.0.speed-percent` and `fan.1.speed-percent` become a list under `fan`. */
export function treeOf(values: Iterable<readonly [name: string, value: Value]>): AttributeTree {
  const root = new Map<string, Node>();
  for (const [name, value] of values) place(root, name.split('.'), value);
  return objectOf(root);
}

/** Where a shorter name has a value of its own, the longer one keeps its dots. */
function place(into: Map<string, Node>, [key = '', ...rest]: readonly string[], value: Value): void {
  const inner = into.get(key);
  if (rest.length === 0 || (inner !== undefined && !(inner instanceof Map))) {
    into.set([key, ...rest].join('.'), value);
    return;
  }
  if (inner === undefined) into.set(key, new Map());
  place(into.get(key) as Map<string, Node>, rest, value);
}

function objectOf(map: Map<string, Node>): AttributeTree {
  return Object.fromEntries([...map].map(([key, node]) => [key, node instanceof Map ? listOrObject(node) : node]));
}

function listOrObject(map: Map<string, Node>): AttributeTree[string] {
  const isList = [...map.keys()].every((key, index) => key === String(index));
  if (!isList) return objectOf(map);
  return [...map.values()].map((node) => (node instanceof Map ? objectOf(node) : node));
}
