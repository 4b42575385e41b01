/** What the ledger keeps: who has which partition, what was begun and not seen to end, and which partitions were last seen active. */
import { decodeDocument, encodeDocument, invalid, type DocumentKind } from '../checked-document.ts';

export interface LedgerGpu {
  /** The module id, from 1. */
  readonly physicalId: number;
  /** `00000000:3B:00.0`; null where nobody could tell. */
  readonly pciBusId: string | null;
  readonly uuid: string | null;
}

/** A partition that an owner was given. */
export interface Holding {
  readonly owner: string;
  readonly partitionId: number;
  /** In the partition's order. */
  readonly gpus: readonly LedgerGpu[];
  /** One per GPU, in the same order; empty outside of vGPU mode. */
  readonly virtualFunctions: readonly string[];
  /** Of the activation; never used twice. */
  readonly generation: number;
  readonly since: string;
  /**
   * Seen inactive while it was held (Fabric Manager started cold, somebody deactivated it). If it is active later without our doing, it is
   * not this owner's: a stranger activated it.
   */
  readonly lapsed: boolean;
}

/** A change that was begun. It leaves the record only when a list of Fabric Manager has shown how it ended. */
export interface Operation {
  readonly kind: 'activate' | 'deactivate';
  readonly owner: string;
  readonly partitionId: number;
  readonly gpus: readonly LedgerGpu[];
  readonly virtualFunctions: readonly string[];
  readonly generation: number;
  readonly startedAt: string;
}

/** The GPUs too, because the list cannot be asked in the window where this is needed. */
export interface ActivePartition {
  readonly id: number;
  readonly physicalIds: readonly number[];
}

export interface Observation {
  readonly at: string;
  /** Whoever owns them. */
  readonly active: readonly ActivePartition[];
}

export interface Quarantine {
  readonly physicalId: number;
  readonly reason: string;
  readonly since: string;
}

export interface LedgerRecord {
  /** The last one given out. */
  readonly generation: number;
  readonly holdings: readonly Holding[];
  readonly operations: readonly Operation[];
  /** A set that was being handed back. */
  readonly restoring: { readonly ids: readonly number[]; readonly startedAt: string } | null;
  readonly observed: Observation | null;
  readonly quarantined: readonly Quarantine[];
}

export const EMPTY_RECORD: LedgerRecord = { generation: 0, holdings: [], operations: [], restoring: null, observed: null, quarantined: [] };

const KIND: DocumentKind = {
  name: 'gpuwright-fabric-ledger',
  version: 1,
  remedy: 'put back a good copy, or move it away after looking at `partitions`: whatever is active then has no known owner',
};

export function encodeRecord(record: LedgerRecord): string {
  return encodeDocument(KIND, record);
}

/** Throws `LEDGER_INVALID`. */
export function decodeRecord(path: string, text: string): LedgerRecord {
  const content = decodeDocument(KIND, path, text);
  const wrong = complaint(content);
  if (wrong !== undefined) throw invalid(KIND, path, wrong);
  return content as LedgerRecord;
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isTextOrNull: Check = (value) => value === null || isText(value);
const isTime: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const listOf =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const shaped =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' && value !== null && Object.entries(members).every(([name, check]) => check((value as Record<string, unknown>)[name]));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const isGpu = shaped({ physicalId: isCount, pciBusId: isTextOrNull, uuid: isTextOrNull });
const claim = { owner: isText, partitionId: isCount, gpus: listOf(isGpu), virtualFunctions: listOf(isText), generation: isCount };
const MEMBERS: Readonly<Record<keyof LedgerRecord, Check>> = {
  generation: isCount,
  holdings: listOf(shaped({ ...claim, since: isTime, lapsed: (value) => typeof value === 'boolean' })),
  operations: listOf(shaped({ ...claim, startedAt: isTime, kind: (value) => value === 'activate' || value === 'deactivate' })),
  restoring: orNull(shaped({ ids: listOf(isCount), startedAt: isTime })),
  observed: orNull(shaped({ at: isTime, active: listOf(shaped({ id: isCount, physicalIds: listOf(isCount) })) })),
  quarantined: listOf(shaped({ physicalId: isCount, reason: isText, since: isTime })),
};

/** Why this is no record; undefined when it is one. */
function complaint(content: unknown): string | undefined {
  for (const [name, check] of Object.entries(MEMBERS)) {
    if (!check((content as Record<string, unknown>)[name])) return `its ${name} cannot be read`;
  }
  const { holdings, operations } = content as LedgerRecord;
  const twice = repeated(holdings.map((holding) => holding.owner)) ?? repeated(operations.map((operation) => operation.owner));
  if (twice !== undefined) return `names the owner ${JSON.stringify(twice)} twice`;
  const gpu = repeated(holdings.flatMap((holding) => holding.gpus.map((member) => member.physicalId)));
  if (gpu !== undefined) return `gives the GPU with module id ${gpu} to two owners`;
  return undefined;
}

function repeated<T>(values: readonly T[]): T | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
