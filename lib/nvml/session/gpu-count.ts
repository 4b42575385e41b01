import type { CallResult } from '../../library/opened-library.ts';
import { implausible } from '../../library/implausible.ts';

/** No host comes near it. Whoever believes a garbled count asks for GPUs without end. */
const MOST_GPUS = 1024;

/** The count, or a failure where no host can have so many GPUs. */
export function plausibleCount(result: CallResult<number>): CallResult<number> {
  if (!result.ok || result.outputs <= MOST_GPUS) return result;
  return { ok: false, error: implausible(result.symbol, `answered that this host has ${result.outputs} GPUs, and none has more than ${MOST_GPUS}`), renew: false };
}
