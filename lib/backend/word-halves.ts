/**
 * The words of a frame as 32-bit halves, low half first: reading a number costs nothing, while every BigInt read from an array is
 * an allocation. Remembers the last words, for frames are used again and again. Owner: whoever makes the calls.
 */
export class WordHalves {
  #words: BigUint64Array | undefined;
  #halves: Uint32Array = new Uint32Array(0);

  of(words: BigUint64Array): Uint32Array {
    if (words !== this.#words) {
      this.#halves = new Uint32Array(words.buffer, words.byteOffset, words.length * 2);
      this.#words = words;
    }
    return this.#halves;
  }
}
