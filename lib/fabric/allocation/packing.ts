/**
 * How much a baseboard can still take: for each size of partition, how many of the free ones fit side by side. Compared largest size
 * first, this is the measure by which one choice leaves more than another: an 8-GPU partition kept whole is worth more than any number
 * of pairs, because no sequence of later requests can make it again until somebody lets go.
 */

/** A partition, as far as room is concerned. */
export interface Block {
  readonly id: number;
  readonly physicalIds: readonly number[];
}

export interface Room {
  /** GPUs of a partition. */
  readonly size: number;
  /** Free partitions of this size, overlapping ones counted each. */
  readonly partitions: number;
  /** How many of them can be active together. */
  readonly together: number;
}

/** Largest size first. */
export function roomIn(free: readonly Block[]): Room[] {
  const bySize = new Map<number, Block[]>();
  for (const block of free) bySize.set(block.physicalIds.length, [...(bySize.get(block.physicalIds.length) ?? []), block]);
  return [...bySize].sort(([a], [b]) => b - a).map(([size, blocks]) => ({ size, partitions: blocks.length, together: mostTogether(blocks) }));
}

/**
 * Below zero where `a` leaves more than `b`. First what fits together, for each size from the largest; among equals the number of
 * partitions to choose from.
 */
export function compareRoom(a: readonly Room[], b: readonly Room[]): number {
  const sizes = [...new Set([...a, ...b].map((room) => room.size))].sort((x, y) => y - x);
  for (const key of ['together', 'partitions'] as const) {
    for (const size of sizes) {
      const difference = count(b, size, key) - count(a, size, key);
      if (difference !== 0) return difference;
    }
  }
  return 0;
}

export function overlaps(a: readonly number[], b: readonly number[]): boolean {
  return a.some((id) => b.includes(id));
}

function count(rooms: readonly Room[], size: number, key: 'together' | 'partitions'): number {
  return rooms.find((room) => room.size === size)?.[key] ?? 0;
}

/** Exact: baseboards have at most 64 partitions, those of one size few, and those that touch no other need no search. */
function mostTogether(blocks: readonly Block[]): number {
  const clashes = new Map(blocks.map((block) => [block, blocks.filter((other) => other !== block && overlaps(block.physicalIds, other.physicalIds))]));
  const alone = blocks.filter((block) => clashes.get(block)?.length === 0);
  const rest = blocks.filter((block) => !alone.includes(block));
  const worst = rest.toSorted((a, b) => (clashes.get(b)?.length ?? 0) - (clashes.get(a)?.length ?? 0))[0];
  if (worst === undefined) return alone.length;
  const without = rest.filter((block) => block !== worst);
  const withIt = without.filter((block) => !clashes.get(worst)?.includes(block));
  return alone.length + Math.max(mostTogether(without), 1 + mostTogether(withIt));
}
