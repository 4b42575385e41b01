/** All of NVML's types as lists, for whoever goes through them: the generated header, the tests. */
import type { EnumType } from '../enumeration.ts';
import type { FieldType, StructLayout, UnionLayout } from '../layout.ts';
import * as enums from './enums/index.ts';
import * as structs from './structs/index.ts';
import * as typedefs from './typedefs.ts';

type Aggregate = StructLayout | UnionLayout;

export const nvmlEnums: readonly EnumType[] = byName(Object.values(enums));
export const nvmlTypedefs = Object.values(typedefs).toSorted((a, b) => (a.c < b.c ? -1 : 1));
/** In C order: what a struct contains comes before it. */
export const nvmlStructs: readonly Aggregate[] = inOrder(byName(Object.values<Aggregate>(structs)));

/** The order of a module's exports is its loader's affair. */
function byName<T extends { readonly name: string }>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function inOrder(all: readonly Aggregate[]): Aggregate[] {
  const ordered = new Set<Aggregate>();
  const add = (layout: Aggregate): void => {
    for (const { type } of layout.members) {
      const inner = aggregateIn(type);
      if (inner !== undefined) add(inner);
    }
    if (layout.nameless === undefined) ordered.add(layout);
  };
  all.forEach(add);
  return [...ordered];
}

function aggregateIn(type: FieldType): Aggregate | undefined {
  if (type.kind === 'array' || type.kind === 'pointer') return aggregateIn(type.element);
  return type.kind === 'struct' || type.kind === 'union' ? type : undefined;
}
