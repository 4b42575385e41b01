/** Every partition of the baseboard with the reasons for which it cannot be had now. */
import { activeOf, ownerOf, physicalIdsOf } from '../ledger/observe.ts';
import type { MemberHealth } from '../ledger/ports.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import type { Partition } from '../types.ts';
import type { Candidate, Refusal, RefusalKind } from './best-fit.ts';
import { overlaps, type Block } from './packing.ts';

export interface BoardFacts {
  readonly record: LedgerRecord;
  readonly partitions: readonly Partition[];
  /** Whose own claims do not stand in the way: who takes its partition up again. */
  readonly owner?: string;
  readonly memberHealth: (physicalId: number) => Promise<MemberHealth>;
  /** Module ids that this caller does not want. */
  readonly excluded: readonly number[];
  /** Whether it is known which GPU sits in the module; null where that does not matter. */
  readonly isNamed: ((physicalId: number) => boolean) | null;
  /** Partitions that were tried in vain in this call. */
  readonly failed: ReadonlyMap<number, string>;
}

/** A claim on GPUs: whoever overlaps it cannot be had. */
interface Claim extends Block {
  readonly kind: RefusalKind;
  readonly words: string;
}

export async function boardOf(facts: BoardFacts): Promise<Candidate[]> {
  const claims = claimsIn(facts);
  const members = [...new Set(facts.partitions.flatMap((partition) => physicalIdsOf(partition.gpus)))];
  const ofMember = new Map<number, readonly Refusal[]>();
  // Each GPU once, and only those that could be given: asking one that works for a tenant costs that tenant time.
  await Promise.all(members.map(async (id) => ofMember.set(id, claims.some((claim) => claim.physicalIds.includes(id)) ? [] : await memberRefusals(facts, id))));
  return facts.partitions.map((partition) => {
    const block = activeOf(partition);
    const clashing = claims.filter((claim) => overlaps(claim.physicalIds, block.physicalIds));
    const tried = facts.failed.get(block.id);
    return {
      ...block,
      refusals: [
        ...clashing.map((claim): Refusal => ({ kind: claim.kind, why: claim.id === block.id ? `it ${claim.words}` : `partition ${claim.id}, with a GPU of it, ${claim.words}` })),
        ...block.physicalIds.flatMap((id) => ofMember.get(id) ?? []),
        ...(tried === undefined ? [] : [{ kind: 'failed' as const, why: tried }]),
      ],
    };
  });
}

function claimsIn({ record, partitions, owner }: BoardFacts): Claim[] {
  const claims: Claim[] = [];
  const others = <T extends { readonly owner: string }>(list: readonly T[]): T[] => list.filter((claim) => claim.owner !== owner);
  const listed = partitions.filter((partition) => partition.active).map(activeOf);
  // Active when last listed, and missing from this list: not seen inactive.
  const missing = record.observed?.active.filter(({ id }) => !partitions.some((partition) => partition.id === id)) ?? [];
  for (const active of [...listed, ...missing]) {
    const whose = ownerOf(record, active);
    if (whose === null) claims.push({ ...active, kind: 'unknown-owner', words: 'is active and nobody knows whose it is' });
    else if (whose !== owner) claims.push({ ...active, kind: 'active', words: `is active for ${whose}` });
  }
  const known = (id: number): boolean => claims.some((claim) => claim.id === id);
  for (const held of others(record.holdings)) {
    if (!known(held.partitionId)) claims.push({ id: held.partitionId, physicalIds: physicalIdsOf(held.gpus), kind: 'held', words: `is held by ${held.owner}, though not active` });
  }
  for (const begun of others(record.operations)) {
    if (!known(begun.partitionId)) claims.push({ id: begun.partitionId, physicalIds: physicalIdsOf(begun.gpus), kind: 'unfinished', words: `has an unfinished change of ${begun.owner}` });
  }
  return claims;
}

async function memberRefusals(facts: BoardFacts, physicalId: number): Promise<Refusal[]> {
  const about = (kind: RefusalKind, why: string): Refusal => ({ kind, why: `GPU ${physicalId}: ${why}` });
  const refusals: Refusal[] = [];
  if (facts.excluded.includes(physicalId)) refusals.push(about('excluded', 'is excluded by the request'));
  const quarantine = facts.record.quarantined.find((entry) => entry.physicalId === physicalId);
  if (quarantine !== undefined) refusals.push(about('quarantined', `is quarantined since ${quarantine.since} (${quarantine.reason})`));
  const health = await facts.memberHealth(physicalId);
  if (!health.ok) refusals.push(about('unhealthy', health.why));
  if (facts.isNamed?.(physicalId) === false) refusals.push(about('unnamed', 'which GPU sits in this module is not known'));
  return refusals;
}
