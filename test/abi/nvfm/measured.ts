/** The numbers measured from Fabric Manager's headers: test/abi/data/nvfm.json. */
import { readFileSync } from 'node:fs';

export interface MeasuredFmField {
  readonly name: string;
  readonly type: string;
  /** Elements of an array. */
  readonly count?: number;
  readonly offset: number;
  readonly size: number;
}

export interface MeasuredFmStruct {
  readonly name: string;
  readonly size: number;
  readonly align: number;
  readonly since: string;
  readonly fields: readonly MeasuredFmField[];
}

interface MeasuredFm {
  /** The newest. */
  readonly header: string;
  readonly functions: readonly {
    readonly name: string;
    readonly returns: string;
    readonly params: readonly { readonly name: string; readonly type: string; readonly dir: 'in' | 'out' | 'inout' }[];
  }[];
  readonly structs: readonly MeasuredFmStruct[];
  readonly versionWords: Readonly<Record<string, { readonly define: string; readonly value: number }>>;
  readonly enums: readonly { readonly name: string; readonly size: number; readonly underlying: string; readonly values: Readonly<Record<string, number>> }[];
  readonly typedefs: Readonly<Record<string, string>>;
  readonly defines: Readonly<Record<string, number>>;
  readonly observed: { readonly request_timeout_ms: number; readonly connect_retry_step_ms: number };
}

export const measured = JSON.parse(readFileSync(new URL('../data/nvfm.json', import.meta.url), 'utf8')) as MeasuredFm;
