import { allowManyListeners } from './many-listeners.ts';

/** One deadline over an operation of several crossings. */
export class Deadline {
  readonly signal: AbortSignal | undefined;
  readonly #whole: number;
  readonly #end: number;

  constructor(deadlineMs: number, signal?: AbortSignal) {
    this.#whole = deadlineMs;
    this.#end = performance.now() + deadlineMs;
    this.signal = signal;
    if (signal !== undefined) allowManyListeners(signal);
  }

  /** Milliseconds that are left; at least 1, so that a call that comes late still fails as a deadline does. */
  get deadlineMs(): number {
    return Math.max(1, this.#end - performance.now());
  }
  get isOver(): boolean {
    return performance.now() >= this.#end;
  }

  /** As long as this one was at first, from now on. */
  onceMore(): Deadline {
    return new Deadline(this.#whole, this.signal);
  }

  /** Part of what is left, so that one who hangs leaves something to the others. */
  share(part: number): Deadline {
    return new Deadline(Math.max(1, this.deadlineMs * part), this.signal);
  }
}
