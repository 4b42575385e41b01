import { createFrame, type CallFrame, type Shape } from '../../lib/abi/frame.ts';
import type { LaneCall, NativeLibrary } from '../../lib/backend/backend.ts';

/** A frame whose word i is `words[i]`; `pointers` lists the words that are offsets into the memory. */
export function frameOf(memoryBytes: number, words: readonly bigint[] = [], pointers: readonly number[] = [], relocations: readonly number[] = []): CallFrame {
  const frame = createFrame(memoryBytes);
  words.forEach((word, index) => (frame.words[index] = word));
  for (const pointer of pointers) frame.pointerMask |= 1 << pointer;
  frame.relocations = relocations;
  return frame;
}

/** A frame whose only word points at a C string. */
export function textFrame(text: string): CallFrame {
  const bytes = Buffer.from(`${text}\0`);
  const frame = frameOf(bytes.length + 8, [0n], [0]);
  frame.memory.set(bytes);
  return frame;
}

/** Pointers inside the memory: `struct { u32 count, reserved; u32 *values }` at 0, its three values at 32, a sum at 24. */
export function listFrame(): CallFrame {
  const frame = frameOf(64, [0n, 24n], [0, 1], [8]);
  const view = viewOf(frame);
  view.setUint32(0, 3, true);
  view.setBigUint64(8, 32n, true);
  [10, 20, 30].forEach((value, index) => view.setUint32(32 + 4 * index, value, true));
  return frame;
}

export function viewOf(frame: CallFrame): DataView {
  return new DataView(frame.memory.buffer, frame.memory.byteOffset, frame.memory.byteLength);
}

export function u64At(frame: CallFrame, offset: number): bigint {
  return viewOf(frame).getBigUint64(offset, true);
}

export function laneCall(library: NativeLibrary, symbol: string, shape: Shape, frame: CallFrame = frameOf(8)): LaneCall {
  return { fn: library.bind(symbol, shape), frame };
}
