/**
 * GPUs that answered that they are lost or must be reset, and what such an answer has been the occasion for. The first one ends the
 * generation: new handles may do. If those are void too, a new init may, in case the driver was reloaded; where the GPU is truly
 * lost that is tried ever more seldom, since it concerns all GPUs.
 */
import type { ErrorCode } from '../../errors.ts';

interface Loss {
  /** By the clock given. */
  nextInit: number;
  waitMs: number;
}

const LOST: ReadonlySet<ErrorCode> = new Set(['GPU_IS_LOST', 'RESET_REQUIRED']);
const FIRST_WAIT_MS = 30_000;
const MAX_WAIT_MS = 600_000;

export function saysLost(code: ErrorCode): boolean {
  return LOST.has(code);
}

export class GpuLosses {
  readonly #losses = new Map<number, Loss>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** True the first time: a GPU that stays lost does not end another generation with each answer. */
  lost(index: number): boolean {
    if (this.#losses.has(index)) return false;
    this.#losses.set(index, { nextInit: 0, waitMs: FIRST_WAIT_MS });
    return true;
  }

  answered(index: number): void {
    this.#losses.delete(index);
  }

  /** Whether a new init may be tried now because a lost GPU's new handle is void too. Whoever is told so tries. */
  mayInit(index: number): boolean {
    const loss = this.#losses.get(index);
    const now = this.#now();
    if (loss === undefined || now < loss.nextInit) return false;
    loss.nextInit = now + loss.waitMs;
    loss.waitMs = Math.min(2 * loss.waitMs, MAX_WAIT_MS);
    return true;
  }
}
