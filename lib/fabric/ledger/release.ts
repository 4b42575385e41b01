/** An owner gives back what it has. */
import { isHeldIn, type Resolution } from './observe.ts';
import type { LedgerGpu } from './record.ts';
import type { Session } from './session.ts';

export interface Released {
  readonly owner: string;
  /** Null where the owner had nothing: releasing twice is no error. */
  readonly partitionId: number | null;
  readonly gpus: readonly LedgerGpu[];
  /** `not-active`: Fabric Manager had lost it, so nothing was cut; `nothing-held`: there was nothing in the record. */
  readonly how: 'deactivated' | 'not-active' | 'nothing-held';
  readonly resolved: readonly Resolution[];
}

export async function release(session: Session, owner: string): Promise<Released> {
  await session.look();
  const { record, resolved } = session;
  const done = (how: Released['how'], of?: { readonly partitionId: number; readonly gpus: readonly LedgerGpu[] }): Released => ({ owner, partitionId: of?.partitionId ?? null, gpus: of?.gpus ?? [], how, resolved });
  const held = record.holdings.find((holding) => holding.owner === owner);
  const begun = record.operations.find((operation) => operation.owner === owner);
  // Begun and not seen to end: deactivating is what makes certain that it does not come after all.
  const own = begun ?? held;
  if (own === undefined) {
    const ended = resolved.find(({ operation }) => operation.owner === owner && operation.kind === 'deactivate');
    return ended === undefined ? done('nothing-held') : done('deactivated', ended.operation);
  }
  const partition = session.listed(own.partitionId);
  if (begun === undefined && held !== undefined && partition !== undefined && !isHeldIn(held, partition)) {
    // It is inactive, or active for a stranger since: either way it is not this owner's to deactivate.
    await session.save({ ...record, holdings: record.holdings.filter((holding) => holding.owner !== owner) }, 'outcome');
    return done('not-active', held);
  }
  await session.deactivate(own);
  return done('deactivated', own);
}
