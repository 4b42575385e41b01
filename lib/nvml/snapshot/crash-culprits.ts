/**
 * GPUs whose calls end the helper process when nobody else is asked. A snapshot asks them last and alone; those that tell nothing at
 * all, less and less often.
 */
import { GpuwrightError } from '../../errors.ts';
import type { ReadingError } from '../../telemetry/reading.ts';

interface Culprit {
  readonly call: string;
  /** In a row. */
  readonly crashes: number;
  /** By the clock given. */
  readonly askedAt: number;
  readonly nextAt: number;
}

const FIRST_WAIT_MS = 3000;
const MAX_WAIT_MS = 60_000;

export class CrashCulprits {
  /** A library-wide call crashes: then no GPU is asked at the same time. */
  library = false;
  readonly #gpus = new Map<number, Culprit>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  has(index: number): boolean {
    return this.#gpus.has(index);
  }

  /** The innocent first, then whoever has waited longest. */
  inOrder(indices: readonly number[]): number[] {
    const since = (index: number): number => this.#gpus.get(index)?.askedAt ?? -Infinity;
    return [...indices].sort((a, b) => (since(a) === since(b) ? a - b : since(a) - since(b)));
  }

  /** Why the GPU is not asked now; undefined: it is. */
  hold(index: number): GpuwrightError | undefined {
    const culprit = this.#gpus.get(index);
    if (culprit === undefined || this.#now() >= culprit.nextAt) return undefined;
    return this.#error(culprit, `it is asked again in ${Math.ceil((culprit.nextAt - this.#now()) / 1000)} s`);
  }

  /** For a culprit that there was no time to ask. */
  unasked(index: number): GpuwrightError {
    const culprit = this.#gpus.get(index) ?? { call: 'nvml', crashes: 1, askedAt: 0, nextAt: 0 };
    return this.#error(culprit, 'there was no time to ask it again: give a longer deadline');
  }

  /** Why the GPU is not listened to now; undefined: it is. */
  leftOut(index: number): GpuwrightError | undefined {
    const culprit = this.#gpus.get(index);
    return culprit === undefined ? undefined : this.#error(culprit, 'it is listened to once a snapshot has found it well');
  }

  /** What asking it alone gave: the error of its crash, and whether it told anything besides. */
  note(index: number, crash: ReadingError | undefined, toldSomething: boolean): void {
    if (crash === undefined) {
      this.#gpus.delete(index);
      return;
    }
    const now = this.#now();
    const crashes = (this.#gpus.get(index)?.crashes ?? 0) + 1;
    const wait = toldSomething ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (crashes - 1), MAX_WAIT_MS);
    this.#gpus.set(index, { call: crash.call ?? 'nvml', crashes, askedAt: now, nextAt: now + wait });
  }

  #error({ call, crashes }: Culprit, next: string): GpuwrightError {
    return new GpuwrightError('HELPER_CRASHED', `${call}: the helper process died inside the library at this GPU, ${crashes} time${crashes === 1 ? '' : 's'} in a row: ${next}; report the crash to the vendor`, { call });
  }
}
