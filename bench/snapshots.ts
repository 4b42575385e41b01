import { Nvml } from '../lib/nvml/index.ts';
import { startMachine } from '../mocks/control/index.ts';
import { inRounds, median, medianRatio, nanosecondsEachAsync } from './rounds.ts';

const MOST = 64;

/** A whole host's snapshot by its number of GPUs, and how it grows: per GPU against 8 GPUs. */
export interface HostSnapshotFigures {
  readonly hostSnapshot1Ms: number;
  readonly hostSnapshot8Ms: number;
  readonly hostSnapshot16Ms: number;
  readonly hostSnapshot64Ms: number;
  readonly perGpu64To8: number;
}

export async function measureHostSnapshots(): Promise<HostSnapshotFigures> {
  const hosts = await Promise.all(
    ([1, 8, 16, MOST] as const).map(async (gpus) => {
      const machine = await startMachine('hgx-h100-8', { gpus });
      return { machine, nvml: await Nvml.open({ library: machine.nvmlLibrary, backend: 'addon', deadlineMs: 10_000 }) };
    }),
  );
  const snapshot = (place: number, times: number) => async () =>
    await nanosecondsEachAsync(times, async (iterations) => {
      for (let i = 0; i < iterations; i++) {
        const { gpus } = (await hosts[place]?.nvml.snapshot()) ?? { gpus: [] };
        if (gpus.some(({ uuid }) => uuid.state !== 'value')) throw new Error('bench: a snapshot without an answer');
      }
    });
  const figures = await inRounds(20, { one: snapshot(0, 16), eight: snapshot(1, 4), sixteen: snapshot(2, 2), most: snapshot(3, 1) });
  for (const { machine, nvml } of hosts) {
    await nvml.close();
    await machine.stop();
  }
  const milliseconds = (nanoseconds: readonly number[]): number => median(nanoseconds) / 1e6;
  return {
    hostSnapshot1Ms: milliseconds(figures.one),
    hostSnapshot8Ms: milliseconds(figures.eight),
    hostSnapshot16Ms: milliseconds(figures.sixteen),
    hostSnapshot64Ms: milliseconds(figures.most),
    perGpu64To8: medianRatio(figures.most, figures.eight) / (MOST / 8),
  };
}
