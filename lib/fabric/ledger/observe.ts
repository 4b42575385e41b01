/** What a list of Fabric Manager says about the record. Pure; nothing here believes a return code. */
import { GpuwrightError } from '../../errors.ts';
import { overlaps } from '../allocation/packing.ts';
import type { Partition } from '../types.ts';
import type { ActivePartition, Holding, LedgerGpu, LedgerRecord, Operation } from './record.ts';

/** How an operation that was begun has ended, as far as the list shows. */
export interface Resolution {
  readonly operation: Operation;
  readonly outcome: 'happened' | 'did-not-happen';
}

/** Throws `IMPLAUSIBLE_ANSWER` for a list that cannot be: deciding on it could join two tenants. */
export function checkedList(partitions: readonly Partition[]): readonly Partition[] {
  const twice = repeated(partitions.map((partition) => partition.id));
  if (twice !== undefined) throw implausible(`lists partition ${twice} twice`);
  for (const { id, gpus } of partitions) {
    const gpu = repeated(gpus.map((member) => member.physicalId));
    if (gpu !== undefined) throw implausible(`lists the GPU with module id ${gpu} twice in partition ${id}`);
  }
  const shared = repeated(partitions.filter((partition) => partition.active).flatMap((partition) => partition.gpus.map((member) => member.physicalId)));
  if (shared !== undefined) throw implausible(`lists two active partitions with the GPU of module id ${shared}`);
  return partitions;
}

/** Keeps which partitions are active, whoever owns them, and which held ones are not. The same record where nothing is new. */
export function withObservation(record: LedgerRecord, partitions: readonly Partition[], at: string): LedgerRecord {
  const listed = new Map(partitions.map((partition) => [partition.id, partition]));
  const active: ActivePartition[] = partitions.filter((partition) => partition.active).map(activeOf);
  // A partition that is missing from a list has not been seen inactive; forgetting it would cut its owner off at the next restart.
  const missing = record.observed?.active.filter(({ id, physicalIds }) => !listed.has(id) && !active.some((other) => overlaps(other.physicalIds, physicalIds))) ?? [];
  const seen = [...active, ...missing].sort((a, b) => a.id - b.id);
  const holdings = record.holdings.map((holding) => {
    const partition = listed.get(holding.partitionId);
    const ending = record.operations.some((operation) => operation.owner === holding.owner);
    return partition === undefined || ending || holding.lapsed || isHeldIn(holding, partition) ? holding : { ...holding, lapsed: true };
  });
  if (same(seen, record.observed?.active) && same(holdings, record.holdings)) return record;
  return { ...record, holdings, observed: { at, active: seen } };
}

/**
 * Ends the operations whose end the list shows. An activation that is not to be seen may still come (its process died, or its call timed out, with the
 * request under way): it counts as not happened only once it is older than any call can be. A release that was begun stays until it is done: its owner wants it.
 */
export function resolveOperations(record: LedgerRecord, partitions: readonly Partition[], now: number, settleMs: number): { readonly record: LedgerRecord; readonly resolved: readonly Resolution[] } {
  const resolved: Resolution[] = [];
  for (const operation of record.operations) {
    const partition = partitions.find(({ id }) => id === operation.partitionId);
    if (partition === undefined) continue;
    const active = partition.active && sameGpus(operation.gpus, partition.gpus);
    if (operation.kind === 'activate' && active) resolved.push({ operation, outcome: 'happened' });
    else if (operation.kind === 'deactivate' && !active) resolved.push({ operation, outcome: 'happened' });
    else if (operation.kind === 'activate' && now - Date.parse(operation.startedAt) >= settleMs) resolved.push({ operation, outcome: 'did-not-happen' });
  }
  return { record: resolved.reduce(withResolution, record), resolved };
}

export function withResolution(record: LedgerRecord, { operation, outcome }: Resolution): LedgerRecord {
  const operations = record.operations.filter((other) => other.owner !== operation.owner);
  if (outcome === 'did-not-happen') return { ...record, operations };
  const others = record.holdings.filter((holding) => holding.owner !== operation.owner);
  if (operation.kind === 'deactivate') return { ...record, operations, holdings: others };
  const { owner, partitionId, gpus, virtualFunctions, generation, startedAt } = operation;
  return { ...record, operations, holdings: [...others, { owner, partitionId, gpus, virtualFunctions, generation, since: startedAt, lapsed: false }] };
}

/** Whose an active partition is; null where nobody knows. */
export function ownerOf(record: LedgerRecord, partition: ActivePartition): string | null {
  const holding = record.holdings.find((held) => held.partitionId === partition.id && !held.lapsed && isOf(held.gpus, partition));
  // What was begun and has not been seen to end is its owner's too.
  const operation = record.operations.find((begun) => begun.partitionId === partition.id && isOf(begun.gpus, partition));
  return holding?.owner ?? operation?.owner ?? null;
}

/** Whose a partition is, active or not: who holds an inactive one keeps it from everybody else. Null: nobody's, or nobody knows. */
export function claimantOf(record: LedgerRecord, partition: Partition): string | null {
  if (partition.active) return ownerOf(record, activeOf(partition));
  return [...record.holdings, ...record.operations].find((claim) => claim.partitionId === partition.id)?.owner ?? null;
}

export function activeOf(partition: Partition): ActivePartition {
  return { id: partition.id, physicalIds: physicalIdsOf(partition.gpus) };
}

function isOf(gpus: readonly Member[], partition: ActivePartition): boolean {
  return sameGpus(gpus, partition.physicalIds.map((physicalId) => ({ physicalId })));
}

/** Active for this holder, with the GPUs that were given. */
export function isHeldIn(holding: Holding, partition: Partition): boolean {
  return partition.active && !holding.lapsed && sameGpus(holding.gpus, partition.gpus);
}

type Member = Pick<LedgerGpu, 'physicalId'>;

export function sameGpus(a: readonly Member[], b: readonly Member[]): boolean {
  return a.length === b.length && a.every((member) => b.some((other) => other.physicalId === member.physicalId));
}

export function physicalIdsOf(gpus: readonly Member[]): number[] {
  return gpus.map((gpu) => gpu.physicalId);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function repeated<T>(values: readonly T[]): T | undefined {
  const seen = new Set<T>();
  return values.find((value) => seen.size === seen.add(value).size);
}

function implausible(why: string): GpuwrightError {
  return new GpuwrightError('IMPLAUSIBLE_ANSWER', `partitions: Fabric Manager ${why}: nothing is decided on such a list, look at its log`);
}
