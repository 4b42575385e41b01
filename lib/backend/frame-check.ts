import { types } from 'node:util';
import { MAX_WORDS, type CallFrame } from '../abi/frame.ts';
import type { WordHalves } from './word-halves.ts';

/**
 * Refuses a frame that would make a backend pass a pointer outside the frame's own memory. Every rule that the addon holds
 * natively; for the backends that are written in TypeScript.
 * Throws TypeError for the wrong kinds, RangeError for offsets out of range.
 */
export function checkFrame(symbol: string, frame: CallFrame, parameterCount: number, wordHalves?: WordHalves): void {
  if (typeof frame !== 'object' || frame === null) throw new TypeError(`${symbol}: frame is not an object: make one with createFrame`);
  const { words, memory, pointerMask, relocations } = frame;
  // instanceof first: it is quick, and wrong only for what another realm made.
  if (!(words instanceof BigUint64Array) && !types.isBigUint64Array(words)) throw new TypeError(`${symbol}: frame.words is not a BigUint64Array: make the frame with createFrame`);
  if (!(memory instanceof Uint8Array) && !types.isUint8Array(memory)) throw new TypeError(`${symbol}: frame.memory is not a Uint8Array: make the frame with createFrame`);
  if (!Array.isArray(relocations)) throw new TypeError(`${symbol}: frame.relocations is not an array: give byte offsets, or []`);
  if (typeof pointerMask !== 'number') throw new TypeError(`${symbol}: frame.pointerMask is not a number: set bit i where word i is an offset`);
  if (!Number.isInteger(pointerMask) || pointerMask < 0 || pointerMask >= 1 << MAX_WORDS) {
    throw new RangeError(`${symbol}: frame.pointerMask ${pointerMask} is out of range: set bits 0 to ${MAX_WORDS - 1} only`);
  }
  if (words.length < parameterCount) {
    throw new RangeError(`${symbol}: frame.words has ${words.length} words for ${parameterCount} parameters: make the frame with createFrame`);
  }
  if (pointerMask !== 0) {
    const halves = wordHalves?.of(words);
    for (let word = 0; pointerMask >> word !== 0; word += 1) {
      if ((pointerMask & (1 << word)) === 0) continue;
      // Without halves by way of a BigInt: one of these is cheaper than a view for a single look. What rounding does to it, it stays too large.
      const inside = halves === undefined ? Number(words[word]) < memory.byteLength : halves[2 * word + 1] === 0 && (halves[2 * word] as number) < memory.byteLength;
      if (!inside) throw outside(`${symbol}: word ${word}`, words[word], memory.byteLength);
    }
  }
  if (relocations.length > 0) checkRelocations(symbol, memory, relocations);
}

function checkRelocations(symbol: string, memory: Uint8Array, relocations: readonly number[]): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  for (const place of relocations) {
    if (typeof place !== 'number') throw new TypeError(`${symbol}: a relocation is not a number: give byte offsets into the memory`);
    if (!Number.isInteger(place) || place < 0 || place % 8 !== 0 || place + 8 > memory.byteLength) {
      throw new RangeError(`${symbol}: relocation ${place} does not lie in ${memory.byteLength} bytes of memory on a multiple of 8: give the offset of an embedded pointer`);
    }
    const offset = view.getBigUint64(place, true);
    if (offset >= memory.byteLength) throw outside(`${symbol}: the pointer at relocation ${place}`, offset, memory.byteLength);
  }
}

function outside(what: string, offset: bigint | undefined, bytes: number): RangeError {
  return new RangeError(`${what}: offset ${offset} lies outside ${bytes} bytes of memory: give an offset into the frame's memory`);
}
