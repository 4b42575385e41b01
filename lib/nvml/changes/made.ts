/** Changes are made once, and believed only when they are read back: an exit code is no proof. */
import { GpuwrightError } from '../../errors.ts';
import type { CallResult } from '../../library/opened-library.ts';

/** Throws what the library answered; where it demands more rights, it says which and for what. `what`: "setting the ECC mode". */
export function demandMade(result: CallResult<unknown>, what: string): void {
  if (result.ok) return;
  const { code, status, call, cause } = result.error;
  if (code !== 'NO_PERMISSION') throw result.error;
  throw new GpuwrightError(code, `${call ?? what}: ${what} needs root${status === undefined ? '' : ` (status ${status})`}: run it as root (CAP_SYS_ADMIN on the host); nothing was changed`, {
    ...(status !== undefined && { status }),
    ...(call !== undefined && { call }),
    cause,
  });
}

/** Throws `NOT_APPLIED` where what was read back is not what was set. */
export function demandApplied(call: string, what: string, applied: boolean): void {
  if (applied) return;
  throw new GpuwrightError('NOT_APPLIED', `${call}: answered success, but ${what} is as it was before: look at the kernel log, and whether another program sets it back`, { call });
}
