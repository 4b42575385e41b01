/**
 * A whole host at once: one crossing per lane, the lanes side by side. Never rejects for one field, one GPU or a hanging driver.
 * Takes one deadline, and another one where the library crashed in a helper process, or GPUs came or went until it was over.
 */
import { families } from '../../abi/nvml/families.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import { isGpuwrightError } from '../../errors.ts';
import type { HostGpu } from '../../host/nvidia-gpus.ts';
import type { Deadline } from '../../library/deadline.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { valueOf } from '../../telemetry/reading.ts';
import type { CrashCulprits } from './crash-culprits.ts';
import { readingOfError } from '../field.ts';
import type { GpuSources } from './gpu-snapshot.ts';
import { demandNotAborted, failedGpu, filledFromHost, gpuSnapshot, rethrowNoReading, UNASKED } from './gpu-snapshot.ts';
import { UNKNOWN_IDENTITY } from '../identity.ts';
import { secondRound } from './second-round.ts';
import type { NvmlSession } from '../session/session.ts';
import type { GpuSnapshot, HostSnapshot } from '../types.ts';

export interface SnapshotSources extends GpuSources {
  readonly culprits: CrashCulprits;
  /** The GPUs that the kernel sees. */
  listGpus(): Promise<readonly HostGpu[]>;
}

/** GPUs that come or go meanwhile make some GPU be read under two numbers, or none: then it is looked at anew. */
const MAX_LOOKS = 3;

interface LibraryPart {
  readonly driverVersion: Reading<string>;
  readonly nvmlVersion: Reading<string>;
  /** Undefined where the library does not tell it. */
  readonly count: number | undefined;
  /** Why not. */
  readonly error: unknown;
}

async function libraryPart(session: NvmlSession, deadline: Deadline): Promise<LibraryPart> {
  const version = (result: CallResult<{ readonly version: string }>): Reading<string> => (result.ok ? valueOf(result.outputs.version) : readingOfError(result.error));
  try {
    const calls: readonly LibraryCall<unknown>[] = [
      functionCall(c.nvmlSystemGetDriverVersion, {}),
      functionCall(c.nvmlSystemGetNVMLVersion, {}),
      familyCall(families.deviceCount, {}),
    ];
    const [driver, nvml, counted] = (await session.onLibrary(calls, deadline)) as [CallResult<{ version: string }>, CallResult<{ version: string }>, CallResult<number>];
    const count = session.rememberCount(counted);
    return { driverVersion: version(driver), nvmlVersion: version(nvml), count: count.ok ? count.outputs : undefined, error: count.ok ? undefined : count.error };
  } catch (error) {
    rethrowNoReading(error);
    const reading = readingOfError(error);
    return { driverVersion: reading, nvmlVersion: reading, count: undefined, error };
  }
}

function lostInCrash({ driverVersion, nvmlVersion, count, error }: LibraryPart): boolean {
  const crashed = (code: unknown): boolean => code === 'HELPER_CRASHED';
  const errors = [driverVersion, nvmlVersion].map((reading) => (reading.state === 'failed' ? reading.error.code : undefined));
  return errors.some(crashed) || (count === undefined && isGpuwrightError(error) && crashed(error.code));
}

export async function hostSnapshot(sources: SnapshotSources, deadline: Deadline): Promise<HostSnapshot> {
  for (let looks = 1; ; looks += 1) {
    const { numbering } = sources.session;
    const snapshot = await look(sources, looks > 1 && deadline.isOver ? deadline.onceMore() : deadline);
    if (sources.session.numbering === numbering || looks === MAX_LOOKS) return snapshot;
  }
}

async function look(sources: SnapshotSources, deadline: Deadline): Promise<HostSnapshot> {
  const { session, last, culprits } = sources;
  const takenAt = new Date();
  const reads: Promise<GpuSnapshot | typeof UNASKED>[] = [];
  const readUpTo = (count: number): void => {
    for (let index = reads.length; index < count; index += 1) {
      const read = culprits.has(index) ? Promise.resolve(UNASKED) : gpuSnapshot(sources, index, deadline, UNKNOWN_IDENTITY, undefined);
      read.catch(() => undefined);
      reads.push(read);
    }
  };

  // Where the count is known, library and GPUs are asked at the same time.
  const atOnce = !culprits.library && session.knownCount !== undefined;
  if (atOnce) readUpTo(session.knownCount ?? 0);
  let library = await libraryPart(session, deadline);
  if (library.count !== undefined) readUpTo(library.count);
  const first = (await Promise.all(reads)).slice(0, library.count ?? reads.length);

  demandNotAborted(deadline);
  const second = deadline.onceMore();
  if (lostInCrash(library) && atOnce) library = await libraryPart(session, second);
  culprits.library = lostInCrash(library);
  // Without an init there is nobody to ask.
  const mayAsk = !culprits.library || session.lease.held;
  let gpus = await secondRound(sources, culprits, first, second, mayAsk);
  demandNotAborted(deadline);

  if (library.count === undefined && reads.length === 0) {
    gpus = (await sources.listGpus()).map((host, index) => failedGpu(sources, index, library.error, host));
  } else if (gpus.some((gpu) => gpu.uuid.state === 'failed')) {
    const hosts = await sources.listGpus();
    // NVML numbers in PCI order; with another number of GPUs (hidden from a container, say) nobody knows which is which.
    if (hosts.length === gpus.length) gpus = gpus.map((gpu, index) => filledFromHost(gpu, hosts[index]));
  }
  const host = 'host';
  return {
    takenAt,
    driverVersion: last.complete(host, 'driverVersion', library.driverVersion),
    nvmlVersion: last.complete(host, 'nvmlVersion', library.nvmlVersion),
    gpus,
  };
}
