/**
 * Enums are open: a value that this version has not heard of keeps its number, never throws, never becomes a neighbour.
 */
export type OpenEnum<Name extends string> =
  | { readonly name: Name; readonly value: number }
  | { readonly name: 'unknown'; readonly value: number };

/** For names whose numbers count up from 0. */
export function nameInOrder<const N extends string>(names: readonly N[], value: number): OpenEnum<N> {
  const name = names[value];
  return name === undefined ? { name: 'unknown', value } : { name, value };
}
