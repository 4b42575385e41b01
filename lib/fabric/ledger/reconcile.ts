/**
 * Fabric Manager's list × record × owners who live: each difference named, with what may be done. Pure; nothing is done here, because every
 * remedy either cuts somebody's links or believes somebody's word.
 */
import type { Partition } from '../types.ts';
import { activeOf, isHeldIn, ownerOf, sameGpus } from './observe.ts';
import type { Holding, LedgerRecord, Operation } from './record.ts';
import type { Liveness } from './restore-set.ts';

export type DifferenceKind =
  | 'unknown-owner'
  | 'owner-gone'
  | 'owner-unclear'
  | 'not-active'
  | 'not-listed'
  | 'members-changed'
  | 'unfinished-activation'
  | 'unfinished-release'
  | 'unfinished-restore';

export type RemedyKind =
  /** An operator finds out whose it is: `adopt`, or Fabric Manager's own deactivation. */
  | 'adopt-or-deactivate'
  /** `release` for its owner. */
  | 'release'
  /** `acquire` again by its owner. */
  | 'acquire-again'
  /** The next operation settles it, from what the list shows. */
  | 'settle'
  | 'wait'
  /** Somebody has to find out. */
  | 'ask';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly partitionId: number | null;
  readonly owner: string | null;
  /** What differs: one sentence. */
  readonly sentence: string;
  readonly remedy: RemedyKind;
}

export interface SettledBy {
  readonly now: number;
  readonly settleMs: number;
}

export function differences(record: LedgerRecord, partitions: readonly Partition[], alive: ReadonlyMap<string, Liveness>, settled: SettledBy): Difference[] {
  const found: Difference[] = [];
  const listed = new Map(partitions.map((partition) => [partition.id, partition]));
  const begunBy = new Set(record.operations.map((operation) => operation.owner));

  for (const partition of partitions) {
    if (!partition.active || ownerOf(record, activeOf(partition)) !== null) continue;
    found.push({ kind: 'unknown-owner', partitionId: partition.id, owner: null, sentence: `partition ${partition.id} is active and nobody knows whose it is; its GPUs are refused to everybody`, remedy: 'adopt-or-deactivate' });
  }
  for (const holding of record.holdings) {
    // What is under way is told as that.
    if (!begunBy.has(holding.owner)) found.push(...ofHolding(holding, listed.get(holding.partitionId), alive.get(holding.owner) ?? 'unknown'));
  }
  for (const operation of record.operations) found.push(ofOperation(operation, listed.get(operation.partitionId), alive.get(operation.owner) ?? 'unknown', settled));
  if (record.restoring !== null) {
    found.push({ kind: 'unfinished-restore', partitionId: null, owner: null, sentence: `partitions ${record.restoring.ids.join(', ') || '(none)'} were being handed back since ${record.restoring.startedAt}, and the list shows how that ended`, remedy: 'settle' });
  }
  return found.sort((a, b) => (a.partitionId ?? -1) - (b.partitionId ?? -1));
}

function ofHolding(holding: Holding, partition: Partition | undefined, liveness: Liveness): Difference[] {
  const { owner, partitionId } = holding;
  const say = (kind: DifferenceKind, sentence: string, remedy: RemedyKind): Difference[] => [{ kind, partitionId, owner, sentence, remedy }];
  const what = `partition ${partitionId} of ${owner}`;
  const gone = liveness === false;
  if (partition === undefined) return say('not-listed', `${what} is no longer listed by Fabric Manager${gone ? ', and its owner is gone' : ''}`, gone ? 'release' : 'ask');
  if (!sameGpus(holding.gpus, partition.gpus)) return say('members-changed', `${what} was given with other GPUs than Fabric Manager lists now`, gone ? 'release' : 'ask');
  if (!isHeldIn(holding, partition)) {
    const state = partition.active ? 'was lost, and is active for somebody else' : 'is not active';
    if (gone) return say('not-active', `${what} ${state}, and its owner is gone`, 'release');
    if (liveness === 'unknown') return say('not-active', `${what} ${state}, and its owner cannot be asked`, 'ask');
    return say('not-active', `${what} ${state}, and its owner lives`, partition.active ? 'ask' : 'acquire-again');
  }
  if (gone) return say('owner-gone', `${what} is active, and its owner is gone`, 'release');
  if (liveness === 'unknown') return say('owner-unclear', `${what} is active, and its owner cannot be asked`, 'ask');
  return [];
}

function ofOperation(operation: Operation, partition: Partition | undefined, liveness: Liveness, { now, settleMs }: SettledBy): Difference {
  const { owner, partitionId } = operation;
  const active = partition !== undefined && partition.active && sameGpus(operation.gpus, partition.gpus);
  const gone = liveness === false ? ', and its owner is gone' : '';
  if (operation.kind === 'deactivate') {
    const sentence = `the release of partition ${partitionId} by ${owner} was begun at ${operation.startedAt} and ${partition !== undefined && !active ? 'has happened' : 'has not been seen to happen'}${gone}`;
    return { kind: 'unfinished-release', partitionId, owner, sentence, remedy: partition !== undefined && !active ? 'settle' : 'release' };
  }
  const what = `the activation of partition ${partitionId} for ${owner} was begun at ${operation.startedAt}`;
  const say = (words: string, remedy: RemedyKind): Difference => ({ kind: 'unfinished-activation', partitionId, owner, sentence: `${what} and ${words}${gone}`, remedy });
  if (active) return say('has happened', gone === '' ? 'settle' : 'release');
  if (gone !== '') return say('is not to be seen', 'release');
  return now - Date.parse(operation.startedAt) >= settleMs ? say('has not happened', 'settle') : say('may still happen', 'wait');
}
