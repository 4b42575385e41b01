/** The default partitions of every baseboard, from the vendor's guide: id, module ids. */
import type { Partition } from '../../lib/fabric/types.ts';

type Table = readonly (readonly [id: number, moduleIds: readonly number[]])[];

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const singles = (firstId: number, gpus: number): Table => range(1, gpus).map((module) => [firstId + module - 1, [module]] as const);

export const BASEBOARDS: Readonly<Record<'hgx-2' | 'a100' | 'h100' | 'b200', Table>> = {
  'hgx-2': [
    [0, range(1, 16)],
    [1, range(1, 8)],
    [2, range(9, 16)],
    [3, [1, 4, 6, 7, 9, 12, 14, 15]],
    [4, [2, 3, 5, 8, 10, 11, 13, 16]],
    [5, [1, 4, 6, 7]],
    [6, [2, 3, 5, 8]],
    [7, [9, 12, 14, 15]],
    [8, [10, 11, 13, 16]],
    [9, [1, 4]],
    [10, [2, 3]],
    [11, [5, 8]],
    [12, [6, 7]],
    [13, [9, 12]],
    [14, [10, 11]],
    [15, [13, 16]],
    [16, [14, 15]],
    ...singles(17, 16),
  ],
  a100: [
    [0, range(1, 16)],
    [1, range(1, 8)],
    [2, range(9, 16)],
    [3, [...range(1, 4), ...range(9, 12)]],
    [4, [...range(5, 8), ...range(13, 16)]],
    [5, [...range(1, 4), ...range(13, 16)]],
    [6, range(5, 12)],
    ...range(0, 3).map((four) => [7 + four, range(1 + 4 * four, 4 + 4 * four)] as const),
    ...range(0, 7).map((pair) => [11 + pair, range(1 + 2 * pair, 2 + 2 * pair)] as const),
    ...singles(19, 16),
  ],
  h100: [[0, range(1, 8)], [1, range(1, 4)], [2, range(5, 8)], [3, [1, 3]], [4, [2, 4]], [5, [5, 7]], [6, [6, 8]], ...singles(7, 8)],
  b200: [[1, range(1, 8)], [2, range(1, 4)], [3, range(5, 8)], [4, [1, 2]], [5, [3, 4]], [6, [5, 6]], [7, [7, 8]], ...singles(8, 8)],
};

export type BaseboardName = keyof typeof BASEBOARDS;

/** As Fabric Manager from H100 on lists them: no UUID, no PCI address. */
export function partitionsOf(name: BaseboardName, active: ReadonlySet<number> = new Set()): Partition[] {
  return BASEBOARDS[name].map(([id, modules]) => ({
    id,
    active: active.has(id),
    gpus: modules.map((physicalId) => ({ physicalId, uuid: null, pciBusId: null, nvLinksAvailable: 18, nvLinksMax: 18, nvLinkLineRateMBps: 26_562 })),
  }));
}
