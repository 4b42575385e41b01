import { createFrame, type Shape } from '../lib/abi/frame.ts';
import type { Backend, CallOutcome, LaneCall, NativeLibrary } from '../lib/backend/backend.ts';
import { inRounds, median, medianRatio, nanosecondsEachAsync } from './rounds.ts';
import { FIELDS, GPUS, LOOP_COST, loopNanoseconds } from './sync-calls.ts';

const READ: Shape = 'r(p,u32,p)';
const DEADLINE_MS = 10_000;

export interface LaneFigures {
  readonly submitOneNs: number;
  readonly snapshotNs: number;
  readonly snapshotToCFree: number;
  readonly snapshotToC20us: number;
  readonly snapshotToC20usLocked: number;
}

/** `count` calls of one C function with an output each, ready to be submitted again and again. */
export function batch(library: NativeLibrary, symbol: string, argument: number | undefined, count: number): LaneCall[] {
  const fn = library.bind(symbol, READ);
  return Array.from({ length: count }, (_, field) => {
    const frame = createFrame(8);
    frame.words[1] = BigInt(argument ?? field);
    frame.pointerMask = 0b100;
    return { fn, frame };
  });
}

/** Throws unless every call came back with status 0: a bench of failures measures nothing. */
export function expectDone(outcomes: readonly CallOutcome[]): void {
  const bad = outcomes.find((outcome) => outcome.state !== 'done' || outcome.status !== 0);
  if (bad !== undefined) throw new Error(`bench: a call did not succeed: ${JSON.stringify(bad)}`);
}

/** Batches on lanes: one alone, and a host of 16 GPUs with 30 fields each, against a serial C loop over the same calls. */
export async function measureLanes(addon: Backend, path: string): Promise<LaneFigures> {
  const library = await addon.open(path);
  const snapshot = (symbol: string) => {
    const batches = Array.from({ length: GPUS }, () => batch(library, symbol, undefined, FIELDS));
    return async () => {
      const outcomes = await Promise.all(batches.map((calls, gpu) => library.submit(`device:${gpu}`, calls, { deadlineMs: DEADLINE_MS })));
      outcomes.forEach(expectDone);
    };
  };
  const repeat = (times: number, work: () => Promise<void>) => () =>
    nanosecondsEachAsync(times, async (iterations) => {
      for (let i = 0; i < iterations; i++) await work();
    });

  const one = batch(library, 'bench_read', undefined, 1);
  const submitOne = async () => expectDone(await library.submit('device:0', one, { deadlineMs: DEADLINE_MS }));
  const figures = await inRounds(20, {
    submitOne: repeat(200, submitOne),
    cFree: () => loopNanoseconds(library, LOOP_COST.free, 50) / 50,
    free: repeat(20, snapshot('bench_read')),
    c20us: () => loopNanoseconds(library, LOOP_COST.busy20us, 5) / 5,
    busy20us: repeat(5, snapshot('bench_read_20us')),
    c20usLocked: () => loopNanoseconds(library, LOOP_COST.busy20usLocked, 5) / 5,
    busy20usLocked: repeat(5, snapshot('bench_read_20us_locked')),
  });
  await library.close();
  return {
    submitOneNs: median(figures.submitOne),
    snapshotNs: median(figures.free),
    snapshotToCFree: medianRatio(figures.free, figures.cFree),
    snapshotToC20us: medianRatio(figures.busy20us, figures.c20us),
    snapshotToC20usLocked: medianRatio(figures.busy20usLocked, figures.c20usLocked),
  };
}
