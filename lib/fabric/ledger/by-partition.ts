/** Changes that an operator asks for by partition instead of by owner. */
import { GpuwrightError } from '../../errors.ts';
import { boardOf } from '../allocation/board.ts';
import { orderedVirtualFunctions } from '../allocation/virtual-functions.ts';
import type { Partition, VirtualFunction } from '../types.ts';
import { changeAndAsk, outcomeUnknown, wasTurnedDown } from './asked-change.ts';
import { claimantOf, physicalIdsOf } from './observe.ts';
import type { LedgerGpu } from './record.ts';
import { refusalOf } from './refusal.ts';
import { release, type Released } from './release.ts';
import type { Session } from './session.ts';

export interface ChangedPartition {
  readonly partitionId: number;
  readonly gpus: readonly LedgerGpu[];
}

/**
 * Activates for nobody: whoever looks later finds a partition of an unknown owner, as after a stranger's activation. Nothing of it is
 * kept but that it was seen active, so there is nothing to take back where this process dies.
 */
export async function activateUnowned(session: Session, partitionId: number, virtualFunctions: readonly VirtualFunction[] | undefined): Promise<ChangedPartition> {
  await session.look();
  const what = `activate partition ${partitionId} for nobody`;
  const partition = listed(session, partitionId);
  const request = { moduleIds: physicalIdsOf(partition.gpus) };
  const gpus = namedBy(partition);
  const functions = await orderedVirtualFunctions(virtualFunctions, request, gpus);
  const board = await boardOf({ record: session.record, partitions: session.partitions, memberHealth: session.ports.memberHealth, excluded: [], isNamed: null, failed: new Map() });
  const self = board.filter((candidate) => candidate.id === partitionId);
  if (self.some((candidate) => candidate.refusals.length > 0)) throw refusalOf(request, self, session.partitions);
  const options = functions.length > 0 ? { ...session.calls, virtualFunctions: functions } : session.calls;
  await change(session, what, true, partitionId, () => session.ports.control.activate(partitionId, options));
  return { partitionId, gpus };
}

/**
 * Deactivates a partition whose owner is `owner`, null where it is active and nobody knows whose. Whoever asks has looked whose it is, a
 * person perhaps some time ago: if that has changed, nothing is done.
 */
export async function deactivateFor(session: Session, partitionId: number, owner: string | null): Promise<Released | ChangedPartition> {
  await session.look();
  const what = `deactivate partition ${partitionId}`;
  const partition = listed(session, partitionId);
  const whose = claimantOf(session.record, partition);
  if (whose !== owner) throw new GpuwrightError('IN_USE', `${what}: it is ${whose === null ? "nobody's that is known" : `${whose}'s`} and not ${owner === null ? "nobody's" : `${owner}'s`}: look at the list again`);
  if (owner !== null) return await release(session, owner);
  if (!partition.active) throw new GpuwrightError('PARTITION_NOT_ACTIVE', `${what}: it is not active: nothing to undo`);
  await change(session, what, false, partitionId, () => session.ports.control.deactivate(partitionId, session.calls));
  return { partitionId, gpus: namedBy(partition) };
}

async function change(session: Session, what: string, active: boolean, partitionId: number, call: () => Promise<void>): Promise<void> {
  const { partitions, happened, failure } = await changeAndAsk(session.ports, what, call, (list) => list.some((partition) => partition.id === partitionId && partition.active === active));
  await session.take(partitions, 'outcome', undefined);
  // Turned down and yet so: somebody else was faster, or the links are not what they should be. Either way it is for a person to know.
  if (wasTurnedDown(failure)) throw failure;
  if (happened) return;
  if (failure === undefined) throw new GpuwrightError('NOT_APPLIED', `${what}: Fabric Manager says that it is done, and its list shows otherwise: look at its log`);
  throw outcomeUnknown(what, failure, 'and the list does not show it yet');
}

function listed(session: Session, partitionId: number): Partition {
  const partition = session.listed(partitionId);
  if (partition === undefined) throw new GpuwrightError('PARTITION_NOT_FOUND', `partition ${partitionId}: Fabric Manager does not list it: there are ${session.partitions.map(({ id }) => id).join(', ') || 'none'}`);
  return partition;
}

function namedBy(partition: Partition): LedgerGpu[] {
  return partition.gpus.map(({ physicalId, pciBusId, uuid }) => ({ physicalId, pciBusId, uuid }));
}
