/** The frame behind `NativeLibrary.scratch`: a view of the buffer that the addon's `call` reads. native/scratch.h knows the same layout. */
import type { CallFrame } from '../abi/frame.ts';
import { MAX_TEXT_BYTES, MAX_WORDS } from '../abi/frame.ts';
import { HEAD, HEAD_BYTES, readText, WORDS_AT } from './addon-packet.ts';
import { SCRATCH_BYTES } from './backend.ts';

const MOST_RELOCATIONS = SCRATCH_BYTES / 8;
const RELOCATIONS_AT = HEAD_BYTES;
const TEXT_AT = RELOCATIONS_AT + MOST_RELOCATIONS * 4;
const MEMORY_AT = TEXT_AT + MAX_TEXT_BYTES;

/** Owner: one JavaScript environment, shared by all libraries in it; what stands in it is valid until the next call. */
export class ScratchFrame implements CallFrame {
  readonly words: BigUint64Array;
  readonly memory: Uint8Array;
  /** The head's fields by `HEAD`; for the backend, which writes the function and reads the result. */
  readonly head: Int32Array;
  readonly #relocations: Uint32Array;
  readonly #buffer: ArrayBuffer;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
    this.head = new Int32Array(buffer, 0, HEAD_BYTES / 4);
    this.words = new BigUint64Array(buffer, WORDS_AT, MAX_WORDS);
    this.#relocations = new Uint32Array(buffer, RELOCATIONS_AT, MOST_RELOCATIONS);
    this.memory = new Uint8Array(buffer, MEMORY_AT, SCRATCH_BYTES);
  }

  get pointerMask(): number {
    return this.head[HEAD.pointerMask] ?? 0;
  }

  set pointerMask(mask: number) {
    this.head[HEAD.pointerMask] = mask;
  }

  get relocations(): readonly number[] {
    return [...this.#relocations.subarray(0, this.head[HEAD.relocationCount])];
  }

  set relocations(places: readonly number[]) {
    if (places.length > MOST_RELOCATIONS) throw new RangeError(`relocations: ${places.length} are more than the memory has places for`);
    this.#relocations.set(places);
    this.head[HEAD.relocationCount] = places.length;
  }

  /** The text that the last call left. */
  readText(): string | null {
    return readText(this.#buffer, TEXT_AT, (this.head[HEAD.textBytes] ?? 0) >>> 0);
  }

  /** Takes a caller's frame over; `copyOut` brings the memory back. */
  copyIn(frame: CallFrame): void {
    this.words.set(frame.words.length > MAX_WORDS ? frame.words.subarray(0, MAX_WORDS) : frame.words);
    this.pointerMask = frame.pointerMask;
    this.relocations = frame.relocations;
    this.memory.set(frame.memory);
  }

  copyOut(frame: CallFrame): void {
    frame.memory.set(this.memory.subarray(0, frame.memory.length));
  }
}
