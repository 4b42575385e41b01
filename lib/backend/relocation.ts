import type { CallFrame } from '../abi/frame.ts';

/** Turns the embedded offsets into addresses for a call; returns the offsets for `restorePointers`. The frame was checked. */
export function patchPointers(frame: CallFrame, base: bigint): readonly bigint[] {
  const { memory, relocations } = frame;
  if (relocations.length === 0) return [];
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  // All offsets first: a place listed twice must not be taken for an offset once it holds an address.
  const offsets = relocations.map((place) => view.getBigUint64(place, true));
  relocations.forEach((place, index) => view.setBigUint64(place, base + (offsets[index] as bigint), true));
  return offsets;
}

/** Puts the offsets back, whatever the C function left there. */
export function restorePointers(frame: CallFrame, offsets: readonly bigint[]): void {
  if (offsets.length === 0) return;
  const { memory, relocations } = frame;
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  relocations.forEach((place, index) => view.setBigUint64(place, offsets[index] as bigint, true));
}
