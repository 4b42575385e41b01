/** Lists and partitions in words. */
import type { LedgerGpu, Left } from '../../../fabric/index.ts';
import { printable } from '../cells.ts';

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `1, 3`; `none`. */
export function listed(items: readonly (number | string)[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

/** `module 1 (00000000:1B:00.0), module 3`. */
export function gpusText(gpus: readonly LedgerGpu[]): string {
  return gpus.map(({ physicalId, pciBusId }) => `module ${physicalId}${pciBusId === null ? '' : ` (${printable(pciBusId)})`}`).join(', ');
}

/** What can still be had: `2 partitions of 4 GPUs (1 at a time), 1 partition of 8 GPUs`. */
export function leftText({ room }: Left): string {
  if (room.length === 0) return 'no partition';
  return room.map(({ size, partitions, together }) => `${counted(partitions, 'partition')} of ${counted(size, 'GPU')}${together === partitions ? '' : ` (${together} at a time)`}`).join(', ');
}
