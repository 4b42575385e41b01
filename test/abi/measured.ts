/** The numbers measured from the vendor's header and libraries: test/abi/data. */
import { readFileSync } from 'node:fs';

export interface MeasuredField {
  readonly name: string | null;
  readonly ctype: string;
  readonly offset: number;
  readonly size: number;
  readonly arrayLen?: number;
  /** Of a struct or union without a name of its own. */
  readonly fields?: readonly MeasuredField[];
}

export interface MeasuredStruct {
  readonly name: string;
  readonly kind: 'struct' | 'union';
  readonly size: number;
  readonly align: number;
  readonly version?: number;
  readonly versionConst?: string;
  readonly fields: readonly MeasuredField[];
}

export interface MeasuredFunction {
  readonly name: string;
  readonly returns: string;
  /** The oldest architecture that its documentation names. */
  readonly minArch?: string;
  readonly rootRequired?: boolean;
  readonly params: readonly MeasuredParameter[];
}

export interface MeasuredParameter {
  readonly name: string;
  readonly ctype: string;
  readonly kind: string;
  /** `guess`: inferred from the function's name and the type only. */
  readonly confidence: 'rule' | 'read' | 'guess';
  readonly len?: string;
  readonly lenUnit?: 'bytes';
}

interface Measured {
  readonly source: unknown;
  readonly functions: readonly MeasuredFunction[];
  readonly handles: readonly { readonly name: string }[];
  readonly structs: readonly MeasuredStruct[];
  readonly enums: readonly { readonly name: string; readonly size: number; readonly signed: boolean; readonly members: Readonly<Record<string, number>> }[];
  readonly fieldIds: readonly { readonly id: number; readonly name: string }[];
  readonly typeAliases: Readonly<Record<string, string>>;
  readonly scalarTypedefs: Readonly<Record<string, string>>;
  readonly typeMacros: Readonly<Record<string, string>>;
  readonly defines: Readonly<Record<string, number | string>>;
}

interface History {
  readonly headers: readonly { readonly header: string; readonly driverBranch: string }[];
  readonly firstHeaderVersion: Readonly<Record<string, string>>;
  readonly exportedBy440_44: readonly string[];
  readonly exportedBy470_05: readonly string[];
  /** Header releases and sizes, oldest first. */
  readonly structSizeChanges: Readonly<Record<string, readonly (readonly [header: string, size: number])[]>>;
  readonly firstHeaderVersionOfFieldId: Readonly<Record<string, string>>;
  readonly valueChanges: Readonly<Record<string, readonly (readonly [header: string, value: number])[]>>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8'));

export const measured = read('nvml.json') as Measured;
export const history = read('nvml-history.json') as History;

export const structByName = new Map(measured.structs.map((entry) => [entry.name, entry]));
export const enumByName = new Map(measured.enums.map((entry) => [entry.name, entry]));
export const functionByName = new Map(measured.functions.map((entry) => [entry.name, entry]));

/** One spelling per C type: type names that stand for others replaced. */
export function sameType(ctype: string): string {
  const [, base = ctype, pointer = ''] = /^(.*?)( ?\*)?$/.exec(ctype.replace(/^const (?!char)/, '')) ?? [];
  const spelled = measured.typeAliases[base] ?? measured.typeMacros[base] ?? base;
  return (SPELLINGS[spelled] ?? spelled) + pointer.replace(/^\*/, ' *');
}

const SPELLINGS: Readonly<Record<string, string>> = { 'signed long long': 'long long', unsigned: 'unsigned int' };
