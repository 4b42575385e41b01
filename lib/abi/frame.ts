/**
 * The unit that crosses the boundary: words, memory, relocations. Pure data; it has never heard of a GPU.
 */

/** C types of one parameter once pointers are erased. Handles are `p`; enums are `u32`. */
export type ShapeParameter = 'p' | 'u32' | 'i32' | 'u64';

/**
 * A C signature with pointers erased, written as text: the result kind, then the parameters.
 * `r(…)` returns an `int` status, `s(…)` a `const char *`. Examples: `r()`, `r(p,u32,p)`, `s(u32)`.
 * The shapes that exist are listed in `shapes.ts`; backends refuse any other.
 */
export type Shape = `${'r' | 's'}(${string})`;

/** At most this many parameters. */
export const MAX_WORDS = 8;

/** A C string result is copied within this bound, the terminating NUL included. */
export const MAX_TEXT_BYTES = 4096;

/** The arguments of one call, and afterwards its outputs. All integers are little endian. */
export interface CallFrame {
  /** One 64-bit word per parameter (`MAX_WORDS` of them); narrower arguments stand in the low bits. */
  readonly words: BigUint64Array;
  /** Bit i set: word i is an offset into `memory`, replaced by base + offset for the call. Clear: passed verbatim (numbers, handles, NULL). */
  pointerMask: number;
  /** One block that the C function may read and write. Inputs before the call, outputs after it. May start anywhere in its `buffer`. */
  readonly memory: Uint8Array;
  /**
   * Places in `memory` (byte offsets, 8-aligned) that hold an offset into `memory`, to be replaced by base + offset before the
   * call and restored to the offset after it. For structs that embed pointers.
   */
  relocations: readonly number[];
}

/**
 * A fresh frame with zeroed words and `memoryBytes` of zeroed memory. Both are views of one buffer: making a buffer is what costs.
 */
export function createFrame(memoryBytes: number): CallFrame {
  const wordBytes = MAX_WORDS * 8;
  const buffer = new ArrayBuffer(wordBytes + memoryBytes);
  return { words: new BigUint64Array(buffer, 0, MAX_WORDS), pointerMask: 0, memory: new Uint8Array(buffer, wordBytes), relocations: [] };
}
