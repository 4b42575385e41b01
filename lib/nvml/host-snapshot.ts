/**
 * A whole host at once: one crossing per lane, the lanes side by side. Never rejects for one field, one GPU or a hanging driver.
 */
import { families } from '../abi/nvml/families.ts';
import { nvmlFunctions as c } from '../abi/nvml/functions.ts';
import { GpuwrightError, isGpuwrightError } from '../errors.ts';
import type { HostGpu } from '../host/nvidia-gpus.ts';
import type { Deadline } from '../library/deadline.ts';
import type { LibraryCall } from '../library/library-call.ts';
import { familyCall, functionCall } from '../library/library-call.ts';
import type { CallResult } from '../library/opened-library.ts';
import type { Reading } from '../telemetry/reading.ts';
import { valueOf } from '../telemetry/reading.ts';
import type { Field, FieldPart } from './field.ts';
import { fieldValue, readingOf, readingOfError } from './field.ts';
import type { KnownIdentity } from './identity.ts';
import { UNKNOWN_IDENTITY } from './identity.ts';
import type { LastValues } from './last-values.ts';
import type { NvmlSession } from './session.ts';
import { snapshotFields } from './snapshot-fields.ts';
import type { GpuSnapshot, HostSnapshot } from './types.ts';

export interface SnapshotSources {
  readonly session: NvmlSession;
  readonly last: LastValues;
  /** The GPUs that the kernel sees. */
  listGpus(): Promise<readonly HostGpu[]>;
}

type Row = readonly [name: string, field: Field<unknown>];
const ROWS: readonly Row[] = Object.entries(snapshotFields);

/** The caller's own doing is no reading, and another GPU's readings are not this one's. */
function rethrowNoReading(error: unknown): void {
  if (isGpuwrightError(error) && ['ABORTED', 'CLOSED', 'IDENTITY_CHANGED'].includes(error.code)) throw error;
}

function demandNotAborted(deadline: Deadline): void {
  if (deadline.signal?.aborted) throw new GpuwrightError('ABORTED', 'snapshot: aborted by its caller: call again if it is still wanted', { cause: deadline.signal.reason });
}

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

/** All fields of one GPU from one batch. */
export async function gpuSnapshot(sources: Pick<SnapshotSources, 'session' | 'last'>, index: number, deadline: Deadline, expected: KnownIdentity, host: HostGpu | undefined): Promise<GpuSnapshot> {
  const { session, last } = sources;
  const parts = (device: bigint): (readonly FieldPart<unknown>[])[] => ROWS.map(([, field]) => field.parts(device));
  const readings: Record<string, Reading<unknown>> = {};
  let identity: KnownIdentity;
  try {
    const answer = await session.onDevice(index, (device) => parts(device).flat().map((part) => part.call), deadline, expected);
    identity = answer.identity;
    const layout = parts(0n);
    let next = 0;
    ROWS.forEach(([name, field], row) => {
      const fieldParts = layout[row] ?? [];
      const results = answer.results.slice(next, (next += fieldParts.length));
      readings[name] = readingOf(() => fieldValue(field, fieldParts, results));
    });
  } catch (error) {
    rethrowNoReading(error);
    identity = UNKNOWN_IDENTITY;
    for (const [name] of ROWS) readings[name] = readingOfError(error);
  }
  demandNotAborted(deadline);
  const owner = identity.uuid ?? session.identityAt(index).uuid ?? undefined;
  for (const [name] of ROWS) readings[name] = last.complete(owner, name, readings[name] as Reading<unknown>);
  if (host !== undefined) tellFromHost(readings, host);
  return { index, ...readings } as unknown as GpuSnapshot;
}

/** The kernel's own listing fills in what the driver did not tell. */
function tellFromHost(readings: Record<string, Reading<unknown>>, host: HostGpu): void {
  const known = { uuid: host.uuid, pciBusId: host.pciBusId, name: host.name };
  for (const [name, value] of Object.entries(known)) if (value !== undefined && readings[name]?.state === 'failed') readings[name] = valueOf(value);
}

/** A GPU that could not even be counted. */
function unansweredGpu(index: number, host: HostGpu | undefined, error: unknown, last: LastValues): GpuSnapshot {
  const readings: Record<string, Reading<unknown>> = {};
  for (const [name] of ROWS) readings[name] = last.complete(host?.uuid, name, readingOfError(error));
  if (host !== undefined) tellFromHost(readings, host);
  return { index, ...readings } as unknown as GpuSnapshot;
}

export async function hostSnapshot(sources: SnapshotSources, deadline: Deadline): Promise<HostSnapshot> {
  const { session, last } = sources;
  const takenAt = new Date();
  // Listed only when somebody does not answer, and once.
  let listing: Promise<readonly HostGpu[]> | undefined;
  const hostGpus = (): Promise<readonly HostGpu[]> => (listing ??= sources.listGpus());
  const reads = new Map<number, Promise<GpuSnapshot>>();
  const readUpTo = (count: number): void => {
    for (let index = reads.size; index < count; index += 1) {
      const read = gpuSnapshot(sources, index, deadline, UNKNOWN_IDENTITY, undefined);
      read.catch(() => undefined);
      reads.set(index, read);
    }
  };

  // Where the count is known, library and GPUs are asked at the same time.
  readUpTo(session.knownCount ?? 0);
  const library = await libraryPart(session, deadline);
  if (library.count !== undefined) readUpTo(library.count);
  let gpus = (await Promise.all(reads.values())).slice(0, library.count ?? reads.size);

  demandNotAborted(deadline);
  if (library.count === undefined && reads.size === 0) {
    gpus = (await hostGpus()).map((host, index) => unansweredGpu(index, host, library.error, last));
  } else if (gpus.some((gpu) => gpu.uuid.state === 'failed')) {
    const hosts = await hostGpus();
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

function filledFromHost(gpu: GpuSnapshot, host: HostGpu | undefined): GpuSnapshot {
  if (host === undefined) return gpu;
  const readings = { ...gpu } as unknown as Record<string, Reading<unknown>>;
  tellFromHost(readings, host);
  return readings as unknown as GpuSnapshot;
}
