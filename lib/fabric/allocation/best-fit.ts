/**
 * Which partition an owner gets: of those that can be had, the one whose loss leaves the most room (packing.ts). As any partition that can
 * be had is a candidate, a request is refused only where nothing fits; by taking from what is already broken up, large partitions stay whole.
 */
import { compareRoom, overlaps, roomIn, type Block, type Room } from './packing.ts';

export type RefusalKind =
  | 'active'
  | 'held'
  | 'unknown-owner'
  | 'unfinished'
  | 'excluded'
  | 'quarantined'
  | 'unhealthy'
  /** Which GPUs its modules are is not known. */
  | 'unnamed'
  /** It was tried, and Fabric Manager did not activate it. */
  | 'failed';

export interface Refusal {
  readonly kind: RefusalKind;
  /** `GPU 3: a row remap is pending`. */
  readonly why: string;
}

export interface Candidate extends Block {
  /** Why it cannot be had; empty where it can. */
  readonly refusals: readonly Refusal[];
}

export interface RefusedCandidate extends Block {
  readonly refusals: readonly Refusal[];
}

/** What could still be had after a choice. */
export interface Left {
  readonly partitions: readonly number[];
  /** Largest size first. */
  readonly room: readonly Room[];
}

export interface Choice {
  readonly chosen: Block | undefined;
  readonly left: Left;
  readonly refused: readonly RefusedCandidate[];
}

/**
 * @param board every partition of the baseboard, with why it cannot be had
 * @param fits whether a partition is what was asked for
 */
export function bestFit(board: readonly Candidate[], fits: (block: Block) => boolean): Choice {
  const asked = board.filter(fits);
  let best: { readonly block: Block; readonly left: Left } | undefined;
  // By id, so that among equals the answer does not depend on the order of a list.
  for (const block of asked.filter((candidate) => candidate.refusals.length === 0).sort((a, b) => a.id - b.id)) {
    const left = leftAfter(board, block.physicalIds);
    if (best === undefined || compareRoom(left.room, best.left.room) < 0) best = { block, left };
  }
  return { chosen: best?.block, left: best?.left ?? leftAfter(board, []), refused: asked.filter((candidate) => candidate.refusals.length > 0) };
}

/** What can be had once these GPUs are gone. */
export function leftAfter(board: readonly Candidate[], physicalIds: readonly number[]): Left {
  const free = board.filter((candidate) => candidate.refusals.length === 0 && !overlaps(candidate.physicalIds, physicalIds));
  return { partitions: free.map((block) => block.id), room: roomIn(free) };
}
