/**
 * Answers that decide whether a GPU is called healthy are believed only where they can be true. A flag that is neither 0 nor 1 is not
 * "set", and not "clear" either.
 */
import { implausible } from '../library/implausible.ts';

/** nvmlEnableState_t, or one of the unsigned flags that NVML documents as zero or one. */
export function flag(call: string, what: string, state: number | { readonly value: number }): boolean {
  const value = typeof state === 'number' ? state : state.value;
  if (value === 0 || value === 1) return value === 1;
  throw implausible(call, `answered ${value} for ${what}, which is 0 or 1`);
}

/** A number of things on one GPU. `most` is far above what any card has, so that only nonsense is refused. */
export function atMost(most: number, call: string, what: string, value: number): number {
  if (value <= most) return value;
  throw implausible(call, `answered ${value} ${what}, and no GPU has so many`);
}
