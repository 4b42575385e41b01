/**
 * Best fit against exhaustive search, on every baseboard. The search here knows partitions as sets of GPUs and tries everything; it shares no
 * code with what it checks.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestFit, type Candidate } from '../../../lib/fabric/allocation/best-fit.ts';
import { compareRoom, roomIn } from '../../../lib/fabric/allocation/packing.ts';
import { BASEBOARDS, type BaseboardName } from '../baseboards.ts';

interface Block {
  readonly id: number;
  readonly physicalIds: readonly number[];
}

const NAMES = Object.keys(BASEBOARDS) as BaseboardName[];
const blocksOf = (name: BaseboardName): Block[] => BASEBOARDS[name].map(([id, physicalIds]) => ({ id, physicalIds }));
const mask = (block: Block): number => block.physicalIds.reduce((bits, id) => bits | (1 << id), 0);

/** The board as it stands once these GPUs are gone. */
function boardWithout(blocks: readonly Block[], gone: number): Candidate[] {
  return blocks.map((block) => ({ ...block, refusals: mask(block) & gone ? [{ kind: 'held', why: 'taken' }] : [] }));
}
const sized = (size: number) => (block: Block) => block.physicalIds.length === size;

/** Every way to take `sizes`, one after the other: true as soon as one works. */
function canPlace(blocks: readonly Block[], sizes: readonly number[], gone: number): boolean {
  const [size, ...rest] = sizes;
  if (size === undefined) return true;
  return blocks.some((block) => sized(size)(block) && !(mask(block) & gone) && canPlace(blocks, rest, gone | mask(block)));
}

/** The most blocks of one size that lie side by side, by trying every subset. */
function sideBySide(blocks: readonly Block[], gone: number): number {
  const [first, ...rest] = blocks;
  if (first === undefined) return 0;
  const without = sideBySide(rest, gone);
  return mask(first) & gone ? without : Math.max(without, 1 + sideBySide(rest, gone | mask(first)));
}

/** For each size from the largest, how many fit: the documented measure. Singles never overlap and need no search. */
function measure(blocks: readonly Block[], gone: number): number[] {
  const sizes = [...new Set(blocks.map((block) => block.physicalIds.length))].sort((a, b) => b - a);
  return sizes.map((size) => {
    const free = blocks.filter((block) => sized(size)(block) && !(mask(block) & gone));
    return size === 1 ? free.length : sideBySide(free, gone);
  });
}

const anyBoard = fc.constantFrom(...NAMES);
/** GPUs that are gone: broken, taken, quarantined. */
const anyGone = fc.array(fc.integer({ min: 1, max: 16 }), { maxLength: 10 }).map((ids) => ids.reduce((bits, id) => bits | (1 << id), 0));
const anySize = fc.constantFrom(1, 2, 4, 8, 16);

describe('best fit', () => {
  it('refuses nothing that exhaustive search can place, whatever is gone', () => {
    fc.assert(
      fc.property(anyBoard, anyGone, anySize, (name, gone, size) => {
        const blocks = blocksOf(name);
        const { chosen } = bestFit(boardWithout(blocks, gone), sized(size));
        expect(chosen !== undefined).toBe(canPlace(blocks, [size], gone));
        if (chosen !== undefined) expect([chosen.physicalIds.length, mask(chosen) & gone]).toEqual([size, 0]);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves the most by its measure: no other partition of that size leaves more', () => {
    fc.assert(
      fc.property(anyBoard, anyGone, anySize, (name, gone, size) => {
        const blocks = blocksOf(name);
        const { chosen, left } = bestFit(boardWithout(blocks, gone), sized(size));
        if (chosen === undefined) return;
        const after = measure(blocks, gone | mask(chosen));
        for (const other of blocks) {
          if (!sized(size)(other) || mask(other) & gone) continue;
          const otherwise = measure(blocks, gone | mask(other));
          const place = after.findIndex((count, index) => count !== otherwise[index]);
          expect(place === -1 || after[place]! > otherwise[place]!, `${chosen.id} leaves ${String(after)}, ${other.id} ${String(otherwise)}`).toBe(true);
        }
        expect([...left.partitions].sort((a, b) => a - b)).toEqual(blocks.filter((block) => !(mask(block) & (gone | mask(chosen)))).map((block) => block.id));
      }),
      { numRuns: 300 },
    );
  });

  it('taken one by one, in whatever order they come, it places whatever exhaustive search places knowing all at once', () => {
    fc.assert(
      fc.property(anyBoard, fc.array(anySize, { minLength: 1, maxLength: 7 }), (name, sizes) => {
        const blocks = blocksOf(name);
        if (!canPlace(blocks, sizes.toSorted((a, b) => b - a), 0)) return;
        let gone = 0;
        for (const size of sizes) {
          const { chosen } = bestFit(boardWithout(blocks, gone), sized(size));
          expect(chosen, `${name}: ${String(sizes)} stops at ${size}`).toBeDefined();
          gone |= mask(chosen!);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('breaks up what is broken up already: a second pair beside the first, a single beside a broken GPU', () => {
    const blocks = blocksOf('h100');
    const first = bestFit(boardWithout(blocks, 0), sized(2)).chosen!;
    expect(first.physicalIds).toEqual([1, 3]);
    const second = bestFit(boardWithout(blocks, mask(first)), sized(2));
    expect(second.chosen?.physicalIds).toEqual([2, 4]);
    expect(second.left.room).toEqual([
      { size: 4, partitions: 1, together: 1 },
      { size: 2, partitions: 2, together: 2 },
      { size: 1, partitions: 4, together: 4 },
    ]);
    // Module 6 is broken: its pair (6, 8) is lost, so 8 is the one whose use costs no pair.
    expect(bestFit(boardWithout(blocks, 1 << 6), sized(1)).chosen?.physicalIds).toEqual([8]);
  });

  it('does not depend on the order of the list', () => {
    fc.assert(
      fc.property(anyBoard, anyGone, anySize, fc.integer(), (name, gone, size, seed) => {
        const board = boardWithout(blocksOf(name), gone);
        const turned = [...board.slice(Math.abs(seed) % board.length), ...board.slice(0, Math.abs(seed) % board.length)];
        expect(bestFit(turned, sized(size)).chosen?.id).toBe(bestFit(board, sized(size)).chosen?.id);
      }),
    );
  });

  it('says of each partition that was asked for and cannot be had, why', () => {
    const board = boardWithout(blocksOf('h100'), 1 << 5);
    expect(bestFit(board, sized(4))).toMatchObject({ chosen: { id: 1 }, refused: [{ id: 2, refusals: [{ kind: 'held', why: 'taken' }] }] });
  });
});

describe('room', () => {
  it('counts what lies side by side: of the six eights of two A100 baseboards, two', () => {
    expect(roomIn(blocksOf('a100')).map(({ size, partitions, together }) => [size, partitions, together])).toEqual([
      [16, 1, 1],
      [8, 6, 2],
      [4, 4, 4],
      [2, 8, 8],
      [1, 16, 16],
    ]);
  });

  it('is compared from the largest size, and by choice only among equals', () => {
    const room = (size: number, together: number, partitions = together) => ({ size, together, partitions });
    expect(compareRoom([room(8, 1)], [room(4, 2), room(2, 9)])).toBeLessThan(0);
    expect(compareRoom([room(4, 1), room(2, 1)], [room(4, 1), room(2, 2)])).toBeGreaterThan(0);
    expect(compareRoom([room(8, 1, 3), room(2, 1)], [room(8, 1, 1), room(2, 2)])).toBeGreaterThan(0);
    expect(compareRoom([room(8, 1, 3)], [room(8, 1, 1)])).toBeLessThan(0);
    expect(compareRoom([], [])).toBe(0);
  });
});
