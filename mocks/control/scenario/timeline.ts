/** Which step comes when. */
import type { ScenarioStep } from './types.ts';

export interface Occurrence {
  readonly atMs: number;
  readonly step: ScenarioStep;
}

/** All of them in the order of their times; at one time, in the order of the steps. */
export function* occurrences(steps: readonly ScenarioStep[]): Generator<Occurrence> {
  const waiting = steps.map((step) => ({ atMs: step.atMs, step }));
  for (;;) {
    const next = waiting.reduce<(typeof waiting)[number] | undefined>((first, one) => (first === undefined || one.atMs < first.atMs ? one : first), undefined);
    if (next === undefined) return;
    yield { ...next };
    const { atMs, everyMs = Infinity, forMs = 0 } = next.step;
    next.atMs += everyMs;
    if (next.atMs - atMs >= forMs) waiting.splice(waiting.indexOf(next), 1);
  }
}

export function countOccurrences(steps: readonly ScenarioStep[]): number {
  return steps.reduce((sum, { everyMs, forMs }) => sum + (everyMs === undefined || forMs === undefined ? 1 : Math.ceil(forMs / everyMs)), 0);
}
