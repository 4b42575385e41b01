/** The middle value; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Linear between neighbours; `percentile(x, 100)` is the maximum. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

/** Nanoseconds of one call, over `iterations` of them. `body` gets the iterations and loops by itself, so that V8 can inline. */
export function nanosecondsEach(iterations: number, body: (iterations: number) => void): number {
  const start = process.hrtime.bigint();
  body(iterations);
  return Number(process.hrtime.bigint() - start) / iterations;
}

/** The same for a body that waits. */
export async function nanosecondsEachAsync(iterations: number, body: (iterations: number) => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint();
  await body(iterations);
  return Number(process.hrtime.bigint() - start) / iterations;
}

/**
 * Runs every path once per round, so that a slow moment of the machine falls on all alike, after one round that warms up and
 * does not count. Answers each path's figure of each round.
 */
export async function inRounds<Name extends string>(
  rounds: number,
  paths: Readonly<Record<Name, () => number | Promise<number>>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(paths) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const figure = await paths[name]();
      if (round > 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** The median of the ratios round by round, which is steadier than the ratio of two medians. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  return median(numerators.map((value, round) => value / (denominators[round] ?? Number.NaN)));
}
