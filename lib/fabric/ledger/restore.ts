/** Hands the active set back to a Fabric Manager that waits for it after a restart in restart mode. */
import { GpuwrightError, isGpuwrightError, type ErrorCode } from '../../errors.ts';
import { changeAndAsk, outcomeUnknown } from './asked-change.ts';
import { activeOf, ownerOf } from './observe.ts';
import { restoreSet, type RestoreSet } from './restore-set.ts';
import type { Session } from './session.ts';

export interface Restored {
  /**
   * `not-waiting`: Fabric Manager answers with a list, so it waits for nothing and nothing was sent; after a cold start nothing is active, and
   * activating again is for each owner to ask for.
   */
  readonly state: 'restored' | 'not-waiting';
  /** What was handed back, each partition with its reason; empty where nothing was sent. */
  readonly set: RestoreSet;
  /** As listed afterwards. */
  readonly active: readonly number[];
  /** Handed back, and not active afterwards. */
  readonly missing: readonly number[];
  /** Active afterwards, though not handed back. */
  readonly unexpected: readonly number[];
  /** Active afterwards, and nobody knows whose; they were handed back like all others. */
  readonly unknownOwners: readonly number[];
}

export interface RestoreOptions {
  /** Hands back exactly these instead of what the record says: an operator's decision, for a host whose partitions were never observed. */
  readonly ids?: readonly number[];
}

/** How a Fabric Manager that waits for a set refuses to list. */
const WAITING: ReadonlySet<ErrorCode> = new Set(['FABRIC_NOT_READY', 'UNINITIALIZED']);

const NOTHING: RestoreSet = { ids: [], reasons: [] };

export async function restore(session: Session, options: RestoreOptions): Promise<Restored> {
  const { ports } = session;
  try {
    await session.look();
    return answered(session, 'not-waiting', NOTHING);
  } catch (error) {
    if (!isGpuwrightError(error) || !WAITING.has(error.code)) throw error;
  }
  const set = options.ids === undefined ? await setOf(session) : given(options.ids);
  await session.save({ ...session.record, restoring: { ids: set.ids, startedAt: session.time() } }, 'intent');
  const sent = new Set(set.ids);
  const { partitions, failure } = await changeAndAsk(
    ports,
    'restore',
    () => ports.control.restoreActivated(set.ids, session.calls),
    (list) => list.every((partition) => partition.active === sent.has(partition.id)),
  ).catch(notYet);
  // The daemon that had the earlier requests is gone: what is not active now does not come any more.
  await session.take(partitions, 'outcome', 0);
  const restored = answered(session, 'restored', set);
  if (failure !== undefined && (restored.missing.length > 0 || restored.unexpected.length > 0)) {
    throw outcomeUnknown('restore', failure, `and of partitions ${set.ids.join(', ') || '(none)'} those active are ${restored.active.join(', ') || '(none)'}`);
  }
  return restored;
}

/** Turned down because it still starts, the set was not taken: that is no unknown outcome, and it is tried again. */
function notYet(error: unknown): never {
  const cause = isGpuwrightError(error) && error.code === 'OUTCOME_UNKNOWN' ? error.cause : undefined;
  throw isGpuwrightError(cause) && WAITING.has(cause.code) ? cause : error;
}

async function setOf(session: Session): Promise<RestoreSet> {
  if (session.record.observed === null) {
    throw new GpuwrightError('LEDGER_INVALID', 'restore: which partitions were active has never been observed here, and unknown is not none: give the ids to hand back, within 60 s of the restart');
  }
  return restoreSet(session.record, await session.liveness());
}

function given(ids: readonly number[]): RestoreSet {
  return { ids: [...new Set(ids)].sort((a, b) => a - b), reasons: ids.map((partitionId) => ({ partitionId, owner: null, included: true, why: 'was given' })) };
}

function answered(session: Session, state: Restored['state'], set: RestoreSet): Restored {
  const active = session.partitions.filter((partition) => partition.active);
  const ids = active.map((partition) => partition.id);
  return {
    state,
    set,
    active: ids,
    missing: set.ids.filter((id) => !ids.includes(id)),
    unexpected: state === 'restored' ? ids.filter((id) => !set.ids.includes(id)) : [],
    unknownOwners: active.filter((partition) => ownerOf(session.record, activeOf(partition)) === null).map((partition) => partition.id),
  };
}
