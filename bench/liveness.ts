import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend } from '../lib/backend/backend.ts';
import { batch, expectDone } from './lanes.ts';
import { percentile } from './rounds.ts';
import { FIELDS, GPUS } from './sync-calls.ts';

/** The monitor's timer fires every millisecond, and what it records includes that millisecond. */
const RESOLUTION_MS = 1;

export interface EventLoopFigures {
  readonly eventLoopP99Ms: number;
  /** The same with no call in flight: what the machine itself adds. */
  readonly eventLoopIdleP99Ms: number;
}

/** How late timers of the event loop come while every call of 16 GPUs takes 100 ms. */
export async function measureEventLoop(addon: Backend, path: string): Promise<EventLoopFigures> {
  const library = await addon.open(path);
  const idle = await delayWhile(() => sleep(2000));
  const busy = await delayWhile(async () => {
    await Promise.all(
      Array.from({ length: GPUS }, async (_, gpu) => {
        for (let round = 0; round < 4; round++) {
          expectDone(await library.submit(`device:${gpu}`, batch(library, 'bench_wait', 100, 5), { deadlineMs: 10_000 }));
        }
      }),
    );
  });
  await library.close();
  return { eventLoopP99Ms: busy, eventLoopIdleP99Ms: idle };
}

/** The 99th percentile of how late timers came, beyond the monitor's own millisecond. */
export async function delayWhile(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await work();
  delay.disable();
  return Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
}

export interface WedgedFigures {
  /** 99th percentile over polls after the one that found the hang. */
  readonly otherGpusAgeMs: number;
  /** In the poll that finds it: a poller that waits for all GPUs waits for the deadline once. */
  readonly otherGpusAgeFirstMs: number;
}

/** Nobody waits this long; the call is abandoned with the process. */
const HANG_MS = 3_600_000;
const DEADLINE_MS = 1000;

/**
 * A host is polled every 50 ms, all GPUs at once, and GPU 0 hangs. How old is the oldest reading of the other 15 when a poll
 * hands its result over? Leaves a thread behind that never returns: run it last.
 */
export async function measureOthersWhenOneHangs(addon: Backend, path: string): Promise<WedgedFigures> {
  const library = await addon.open(path);
  const batches = Array.from({ length: GPUS }, (_, gpu) => (gpu === 0 ? batch(library, 'bench_wait', HANG_MS, 1) : batch(library, 'bench_read_20us', undefined, FIELDS)));
  const poll = async () => {
    const answeredAt = await Promise.all(
      batches.map(async (calls, gpu) => {
        const outcomes = await library.submit(`device:${gpu}`, calls, { deadlineMs: DEADLINE_MS });
        if (gpu !== 0) expectDone(outcomes);
        else if (outcomes[0]?.state === 'done') throw new Error('bench: the hanging GPU answered');
        return performance.now();
      }),
    );
    return performance.now() - Math.min(...answeredAt.slice(1));
  };
  const first = await poll();
  const ages: number[] = [];
  for (let round = 0; round < 40; round++) {
    ages.push(await poll());
    await sleep(50);
  }
  return { otherGpusAgeMs: percentile(ages, 99), otherGpusAgeFirstMs: first };
}
