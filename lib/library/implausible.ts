import { GpuwrightError } from '../errors.ts';

/** For an answer that cannot be, though its status says success. `told`: what it was, and why that cannot be. */
export function implausible(call: string, told: string): GpuwrightError {
  return new GpuwrightError('IMPLAUSIBLE_ANSWER', `${call}: ${told}: trust nothing of it; look at the kernel log, and report it with the library's version if it comes back`, { call });
}
