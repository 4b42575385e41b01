import type { LaneState, WedgedBy } from '../backend.ts';
import type { Batch } from './batch.ts';

/** As many batches wait for one lane at most. */
export const MAX_WAITING = 64;

/**
 * One lane as the parent sees it. The helper has at most one batch of it: those that wait here have certainly not begun, whatever
 * state the helper is in.
 */
export class ParentLane {
  readonly #waiting: Batch[] = [];
  #current: Batch | undefined;

  get full(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  get wedgedBy(): WedgedBy | undefined {
    if (this.#current?.settled !== true) return undefined;
    const by = this.#current.inside;
    return by && { symbol: by.symbol, runningMs: performance.now() - by.since };
  }

  get state(): LaneState {
    if (this.wedgedBy !== undefined) return 'wedged';
    return this.#current === undefined && this.#waiting.length === 0 ? 'idle' : 'busy';
  }

  get batches(): readonly Batch[] {
    return this.#current === undefined ? [...this.#waiting] : [this.#current, ...this.#waiting];
  }

  add(batch: Batch): void {
    this.#waiting.push(batch);
  }

  /** Before all that wait: what takes a call back belongs to the call. */
  addFirst(batch: Batch): void {
    this.#waiting.unshift(batch);
  }

  holds(batch: Batch): boolean {
    return this.#current === batch;
  }

  /** The batch to send to the helper now, if it is this lane's turn and there is one. */
  next(): Batch | undefined {
    if (this.#current !== undefined) return undefined;
    while (this.#current === undefined && this.#waiting.length > 0) {
      const batch = this.#waiting.shift() as Batch;
      // Settled in the queue by deadline, abort or close.
      if (!batch.settled) this.#current = batch;
    }
    return this.#current;
  }

  over(batch: Batch): void {
    if (this.#current === batch) this.#current = undefined;
  }

  drop(batch: Batch): void {
    const place = this.#waiting.indexOf(batch);
    if (place >= 0) this.#waiting.splice(place, 1);
  }
}
