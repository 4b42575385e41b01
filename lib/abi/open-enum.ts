/**
 * Enums are open: a value that this version has not heard of keeps its number, never throws, never becomes a neighbour.
 */
export type OpenEnum<Name extends string> =
  | { readonly name: Name; readonly value: number }
  | { readonly name: 'unknown'; readonly value: number };
