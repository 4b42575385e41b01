/**
 * One GPU's part of a snapshot: all its fields in one crossing, each a reading.
 */
import { GpuwrightError, isGpuwrightError } from '../../errors.ts';
import type { HostGpu } from '../../host/nvidia-gpus.ts';
import type { Deadline } from '../../library/deadline.ts';
import type { Reading } from '../../telemetry/reading.ts';
import { valueOf } from '../../telemetry/reading.ts';
import type { Field, FieldPart } from '../field.ts';
import { fieldValue, readingOf, readingOfError } from '../field.ts';
import type { KnownIdentity } from '../identity.ts';
import { UNKNOWN_IDENTITY } from '../identity.ts';
import type { LastValues } from './last-values.ts';
import type { NvmlSession } from '../session/session.ts';
import { snapshotFields } from './snapshot-fields.ts';
import type { GpuSnapshot } from '../types.ts';

export interface GpuSources {
  readonly session: NvmlSession;
  readonly last: LastValues;
}

/** In the place of a GPU that has not been asked yet. */
export const UNASKED = Symbol('not asked yet');

type Row = readonly [name: string, field: Field<unknown>];
const ROWS: readonly Row[] = Object.entries(snapshotFields);

/** The caller's own doing is no reading, and another GPU's readings are not this one's. */
export function rethrowNoReading(error: unknown): void {
  if (isGpuwrightError(error) && ['ABORTED', 'CLOSED', 'IDENTITY_CHANGED'].includes(error.code)) throw error;
}

export function demandNotAborted(deadline: Deadline): void {
  if (deadline.signal?.aborted) throw new GpuwrightError('ABORTED', 'snapshot: aborted by its caller: call again if it is still wanted', { cause: deadline.signal.reason });
}

/** All fields of one GPU from one batch. */
export async function gpuSnapshot(sources: GpuSources, index: number, deadline: Deadline, expected: KnownIdentity, host: HostGpu | undefined): Promise<GpuSnapshot> {
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

/** A GPU that could not be asked, with what the kernel tells of it. */
export function failedGpu({ session, last }: GpuSources, index: number, error: unknown, host?: HostGpu): GpuSnapshot {
  const readings: Record<string, Reading<unknown>> = {};
  const owner = host?.uuid ?? session.identityAt(index).uuid ?? undefined;
  for (const [name] of ROWS) readings[name] = last.complete(owner, name, readingOfError(error));
  if (host !== undefined) tellFromHost(readings, host);
  return { index, ...readings } as unknown as GpuSnapshot;
}

export function filledFromHost(gpu: GpuSnapshot, host: HostGpu | undefined): GpuSnapshot {
  if (host === undefined) return gpu;
  const readings = { ...gpu } as unknown as Record<string, Reading<unknown>>;
  tellFromHost(readings, host);
  return readings as unknown as GpuSnapshot;
}
