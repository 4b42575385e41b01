/**
 * Which partitions are handed back after a restart in restart mode. Fabric Manager routes exactly these from then on, so each one that is left out
 * cuts its tenant off, and each one too many joins GPUs that nobody asked to join. Pure.
 */
import { ownerOf } from './observe.ts';
import type { ActivePartition, LedgerRecord, Operation } from './record.ts';

/** True, false, or unknown where nobody can tell now. */
export type Liveness = boolean | 'unknown';

/** Why a partition is in the set or not. */
export interface RestoreReason {
  readonly partitionId: number;
  /** Null where nobody knows whose it is. */
  readonly owner: string | null;
  readonly included: boolean;
  readonly why: string;
}

export interface RestoreSet {
  readonly ids: readonly number[];
  readonly reasons: readonly RestoreReason[];
}

/**
 * The last set that was observed active, whoever owns it, with unfinished operations of ours resolved by whether their owner lives: of a dead
 * owner nothing unfinished is handed back; of one that lives, or of whom nobody knows, the partition is, for cutting off is the worse mistake.
 */
export function restoreSet(record: LedgerRecord, alive: ReadonlyMap<string, Liveness>): RestoreSet {
  const reasons: RestoreReason[] = [];
  const included: ActivePartition[] = [];
  const say = (partition: ActivePartition, owner: string | null, include: boolean, why: string): void => {
    if (include) included.push(partition);
    reasons.push({ partitionId: partition.id, owner, included: include, why });
  };
  for (const partition of record.observed?.active ?? []) {
    const operation = operationOn(record, partition.id);
    if (operation !== undefined) {
      const gone = alive.get(operation.owner) === false;
      say(partition, operation.owner, !gone, `was active while its ${operation.kind === 'activate' ? 'activation' : 'release'} was under way, and its owner ${words(alive.get(operation.owner))}`);
      continue;
    }
    const owner = ownerOf(record, partition);
    say(partition, owner, true, owner === null ? 'was active, and nobody knows whose it is' : `was active, and its owner ${words(alive.get(owner))}`);
  }
  for (const operation of record.operations) {
    if (operation.kind !== 'activate' || reasons.some((reason) => reason.partitionId === operation.partitionId)) continue;
    const partition = { id: operation.partitionId, physicalIds: operation.gpus.map((gpu) => gpu.physicalId) };
    const clash = included.find((other) => other.physicalIds.some((id) => partition.physicalIds.includes(id)));
    if (clash !== undefined) say(partition, operation.owner, false, `was being activated, and partition ${clash.id}, which has a GPU of it, was active`);
    else say(partition, operation.owner, alive.get(operation.owner) !== false, `was being activated, and its owner ${words(alive.get(operation.owner))}`);
  }
  return { ids: included.map(({ id }) => id).sort((a, b) => a - b), reasons: reasons.sort((a, b) => a.partitionId - b.partitionId) };
}

function operationOn(record: LedgerRecord, partitionId: number): Operation | undefined {
  return record.operations.find((operation) => operation.partitionId === partitionId);
}

function words(liveness: Liveness | undefined): string {
  if (liveness === true) return 'lives';
  return liveness === false ? 'is gone' : 'cannot be asked';
}
