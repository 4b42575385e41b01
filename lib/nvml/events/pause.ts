/** Waits that double, up to a longest one. */
export class Pause {
  readonly #firstMs: number;
  readonly #longestMs: number;
  #nextMs: number;

  constructor(firstMs: number, longestMs: number) {
    this.#firstMs = firstMs;
    this.#longestMs = longestMs;
    this.#nextMs = firstMs;
  }

  next(): number {
    const now = this.#nextMs;
    this.#nextMs = Math.min(2 * now, this.#longestMs);
    return now;
  }

  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
