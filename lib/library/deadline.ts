/** One deadline over an operation of several crossings. */
export class Deadline {
  readonly signal: AbortSignal | undefined;
  readonly #end: number;

  constructor(deadlineMs: number, signal?: AbortSignal) {
    this.#end = performance.now() + deadlineMs;
    this.signal = signal;
  }

  /** Milliseconds that are left; at least 1, so that a call that comes late still fails as a deadline does. */
  get deadlineMs(): number {
    return Math.max(1, this.#end - performance.now());
  }
}
