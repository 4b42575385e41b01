/**
 * After a crash of the helper process: what was lost with it is asked again, one GPU at a time, so that only the GPU whose calls
 * really crash stays without values. In-process backends never get here.
 */
import { isGpuwrightError } from '../../errors.ts';
import type { Deadline } from '../../library/deadline.ts';
import type { Reading, ReadingError } from '../../telemetry/reading.ts';
import { failedGpu, gpuSnapshot, UNASKED } from './gpu-snapshot.ts';
import type { GpuSources } from './gpu-snapshot.ts';
import type { CrashCulprits } from './crash-culprits.ts';
import { UNKNOWN_IDENTITY } from '../identity.ts';
import type { GpuSnapshot } from '../types.ts';

function readingsOf(gpu: GpuSnapshot): Record<string, Reading<unknown>> {
  const { index: _, ...readings } = gpu;
  return readings;
}

function crashOf(reading: Reading<unknown>): ReadingError | undefined {
  return reading.state === 'failed' && reading.error.code === 'HELPER_CRASHED' ? reading.error : undefined;
}

/** The error of the first reading that a crash took. */
function crashIn(gpu: GpuSnapshot): ReadingError | undefined {
  return Object.values(readingsOf(gpu)).map(crashOf).find((error) => error !== undefined);
}

/**
 * @param first what the first round gave, by index; UNASKED: a culprit of earlier snapshots, which nobody has asked yet
 * @param mayAsk false where an init has just crashed
 * @param deadline the whole round's; each GPU gets half of what is left, so that one that hangs does not silence those after it
 */
export async function secondRound(sources: GpuSources, culprits: CrashCulprits, first: readonly (GpuSnapshot | typeof UNASKED)[], deadline: Deadline, mayAsk: boolean): Promise<GpuSnapshot[]> {
  const gpus = [...first];
  const open = culprits.inOrder(first.flatMap((gpu, index) => (gpu === UNASKED || crashIn(gpu) !== undefined ? [index] : [])));
  let initialises = mayAsk;
  for (const [place, index] of open.entries()) {
    const before = gpus[index];
    const known = before === undefined || before === UNASKED ? undefined : before;
    const held = culprits.hold(index) ?? (deadline.isOver || !initialises ? culprits.unasked(index) : undefined);
    if (held !== undefined) {
      gpus[index] = known ?? failedGpu(sources, index, held);
      continue;
    }
    const share = place === open.length - 1 ? deadline : deadline.share(0.5);
    // An init that crashes is nobody's fault among the GPUs, and is tried once.
    initialises = await sources.session.lease.ready(share).then(() => true, (error: unknown) => !isGpuwrightError(error) || error.code !== 'HELPER_CRASHED');
    const again = initialises ? await gpuSnapshot(sources, index, share, UNKNOWN_IDENTITY, undefined) : (known ?? failedGpu(sources, index, culprits.unasked(index)));
    if (initialises) culprits.note(index, crashIn(again), Object.values(readingsOf(again)).some((reading) => reading.state === 'value'));
    gpus[index] = known === undefined ? again : merged(known, again);
  }
  return gpus as GpuSnapshot[];
}

/** What the first round read stands; what the crash took comes from the second. */
function merged(first: GpuSnapshot, second: GpuSnapshot): GpuSnapshot {
  if (first.uuid.state === 'value' && second.uuid.state === 'value' && first.uuid.value !== second.uuid.value) return second;
  const again = readingsOf(second);
  const readings = Object.entries(readingsOf(first)).map(([name, reading]) => [name, crashOf(reading) === undefined ? reading : again[name]]);
  return { index: first.index, ...Object.fromEntries(readings) } as GpuSnapshot;
}
