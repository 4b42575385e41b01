import { setTimeout as sleep } from 'node:timers/promises';
import { GpuwrightError } from '../../../lib/errors.ts';
import type { Observation, ObservedValues } from './types.ts';

export interface RecordOptions {
  readonly durationMs: number;
  readonly intervalMs: number;
  /** Ends the recording early; what was seen so far stays. */
  readonly signal?: AbortSignal;
}

/** Looks at once, and at every interval until the duration is over. A look that takes longer than an interval costs those that it covers. */
export async function record(look: () => Promise<readonly ObservedValues[]>, { durationMs, intervalMs, signal }: RecordOptions): Promise<Observation[]> {
  if (!(intervalMs > 0 && durationMs >= 0)) throw new GpuwrightError('INVALID_INPUT', `record: every ${intervalMs} ms for ${durationMs} ms: give an interval above 0 and a duration from 0`);
  const start = performance.now();
  const seen: Observation[] = [];
  let due = 0;
  while (signal?.aborted !== true) {
    const atMs = Math.round(performance.now() - start);
    seen.push({ atMs, gpus: await look() });
    const covered = Math.floor((performance.now() - start) / intervalMs) * intervalMs;
    due = Math.max(due, covered) + intervalMs;
    if (due > durationMs) break;
    await sleep(Math.ceil(start + due - performance.now()), undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
  return seen;
}
