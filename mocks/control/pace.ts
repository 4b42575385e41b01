/** A timeline that a machine is led along: in real time, faster, or at once. The machine's clock goes with it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { GpuwrightError } from '../../lib/errors.ts';
import type { Machine } from './types.ts';

/** Timers wrap around at 2^31 ms. */
const LONGEST_SLEEP_MS = 86_400_000;

export class Pace {
  readonly #machine: Machine;
  readonly #speed: number;
  readonly #signal: AbortSignal | undefined;
  readonly #realStart = performance.now();
  /** The machine's time where the timeline begins. */
  #start: number;

  private constructor(machine: Machine, speed: number, signal: AbortSignal | undefined, start: number) {
    this.#machine = machine;
    this.#speed = speed;
    this.#signal = signal;
    this.#start = start;
  }

  static async begin(machine: Machine, speed = 1, signal?: AbortSignal): Promise<Pace> {
    if (!(speed > 0)) throw new GpuwrightError('INVALID_INPUT', `speed: ${speed} is not a number above 0: give one, or Infinity to wait for nothing`);
    return new Pace(machine, speed, signal, Date.parse((await machine.show()).time));
  }

  /** Resolves when that moment has come, for the machine's clock too; with false when the signal came first. */
  async until(milliseconds: number): Promise<boolean> {
    for (;;) {
      if (this.#signal?.aborted === true) return false;
      const left = this.#realStart + milliseconds / this.#speed - performance.now();
      if (left <= 0) break;
      await sleep(Math.min(left, LONGEST_SLEEP_MS), undefined, this.#signal === undefined ? {} : { signal: this.#signal }).catch(() => {});
    }
    // In real time it is there by itself, unless it is frozen.
    await this.#machine.setClock(new Date(this.#start + milliseconds));
    return true;
  }

  /** The machine's clock was moved besides. */
  leap(milliseconds: number): void {
    this.#start += milliseconds;
  }
}
