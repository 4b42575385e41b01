import type { AttributeTree } from '../attributes.ts';

/** A profile file, as `createMachine` reads it. */
export interface ProfileDocument {
  readonly name: string;
  readonly description: string;
  readonly driver: string;
  readonly gpus: readonly { readonly pci: string; readonly model?: string; readonly attributes: AttributeTree }[];
  /** Of the host. */
  readonly attributes?: AttributeTree;
  /** When. */
  readonly captured?: string;
  readonly observations?: readonly Observation[];
}

/** Attributes by name: `load.gpu-percent` of a GPU. `null`: the product does not have it. What could not be read is not there. */
export type ObservedValues = Readonly<Record<string, string | number | boolean | null>>;

/** What was seen at one moment: of each GPU what moves by itself, and what has changed since the moment before. */
export interface Observation {
  /** Since the first one. */
  readonly atMs: number;
  /** In the order of the profile's GPUs. */
  readonly gpus: readonly ObservedValues[];
}
