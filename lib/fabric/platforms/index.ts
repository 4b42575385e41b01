import { GpuwrightError } from '../../errors.ts';
import type { Baseboard, DefaultPartition, PlatformId } from './baseboard.ts';
import { HGX_A100 } from './hgx-a100.ts';
import { HGX_B200 } from './hgx-b200.ts';
import { HGX_H100, HGX_H800 } from './hgx-h100.ts';
import { HGX2 } from './hgx2.ts';

export type { Baseboard, DefaultPartition, PlatformId, WiredLink } from './baseboard.ts';

export { platformOfGpus } from './of-gpus.ts';

export const BASEBOARDS: Readonly<Record<PlatformId, Baseboard>> = { hgx2: HGX2, hgxA100: HGX_A100, hgxH100: HGX_H100, hgxH800: HGX_H800, hgxB200: HGX_B200 };

export const PLATFORM_IDS = Object.keys(BASEBOARDS) as PlatformId[];

/** Which baseboards a system has: 1, 2, both, or the second one alone (a single A100 board strapped as top tray). */
export type Trays = readonly (1 | 2)[];

/** Both where the platform can have two. */
export function allTrays(board: Baseboard): Trays {
  return board.maxBaseboards === 2 ? [1, 2] : [1];
}

export function checkTrays(board: Baseboard, trays: Trays): void {
  if (trays.length === 0 || trays.some((tray) => tray > board.maxBaseboards)) {
    throw new GpuwrightError('INVALID_INPUT', `baseboards ${trays.join(' and ') || 'none'}: a system with ${board.name} has ${board.maxBaseboards === 1 ? 'one' : 'one or two'}: name those that are there`);
  }
}

/** The tray that a module id belongs to. */
export function trayOf(board: Baseboard, physicalId: number): 1 | 2 {
  return physicalId > board.gpus ? 2 : 1;
}

export function physicalIds(board: Baseboard, trays: Trays = allTrays(board)): number[] {
  checkTrays(board, trays);
  return trays.flatMap((tray) => Array.from({ length: board.gpus }, (_, index) => (tray - 1) * board.gpus + index + 1));
}

/** The default partitions whose GPUs are all on the baseboards that are there: ids do not change when others are missing. */
export function defaultPartitions(board: Baseboard, trays: Trays = allTrays(board)): DefaultPartition[] {
  const present = new Set(physicalIds(board, trays));
  return board.partitions.filter((partition) => partition.physicalIds.every((id) => present.has(id)));
}

/** Whether its GPUs are on both baseboards, so that it needs the links between them. */
export function spansTrays(board: Baseboard, partition: { readonly physicalIds: readonly number[] }): boolean {
  return new Set(partition.physicalIds.map((id) => trayOf(board, id))).size > 1;
}
