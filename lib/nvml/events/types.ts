import type { Reading, ReadingError } from '../../telemetry/reading.ts';
import type { HostSnapshot } from '../types.ts';
import type { GpuEventType, NvmlEventType, SystemEventType } from './event-types.ts';

export interface EventsOptions {
  /** Default: all that the driver tells, those included that have no name here. */
  readonly types?: readonly NvmlEventType[];
  /** Ends the iteration; no error is thrown. */
  readonly signal?: AbortSignal;
}

/** A GPU and what is listened to on it. Where that failed it is tried again, ever more seldom, and another snapshot tells when it is heard. */
export interface ListenedGpu {
  readonly index: number;
  readonly uuid: string | null;
  readonly pciBusId: string | null;
  readonly types: Reading<readonly GpuEventType[]>;
}

/**
 * The host as it was once listening had begun, and the driver had shown that it can be waited for: nothing that happens after it is
 * missed, whatever happened before is in it.
 */
export interface EventsBegin {
  readonly kind: 'snapshot';
  readonly at: Date;
  /** False where listening began anew (after a reset, a driver reload, `quiesce`, any interruption): events may have been missed in between. */
  readonly first: boolean;
  readonly snapshot: HostSnapshot;
  readonly gpus: readonly ListenedGpu[];
  readonly system: Reading<readonly SystemEventType[]>;
}

export interface GpuEvent {
  readonly kind: 'gpu';
  /** When it was received. */
  readonly at: Date;
  /** Null for a GPU that is not listened to. */
  readonly gpu: { readonly index: number; readonly uuid: string | null; readonly pciBusId: string | null } | null;
  readonly type: GpuEventType | 'unknown';
  /** NVML's bit of the type, for those that are unknown. */
  readonly typeBits: bigint;
  /** Of `xid` events. Numbers beyond every table occur. */
  readonly xid?: number;
  /** What the driver gives besides; of an Xid its number. */
  readonly data: bigint;
  /** Of MIG, where the driver tells them. */
  readonly gpuInstanceId?: number;
  readonly computeInstanceId?: number;
}

/** A driver was bound to a GPU or taken from it. What was listened to before is void; a snapshot follows. */
export interface SystemEvent {
  readonly kind: 'system';
  readonly at: Date;
  readonly type: SystemEventType | 'unknown';
  readonly typeBits: bigint;
  /** The driver's own number of the GPU. */
  readonly gpuId: number;
}

/**
 * Nothing is heard until the next `snapshot`. Comes once for each kind of trouble (`error.code`), however often it is tried in vain;
 * `CLOSED` is `quiesce`.
 */
export interface EventsInterrupted {
  readonly kind: 'interrupted';
  readonly at: Date;
  readonly error: ReadingError;
}

export type NvmlEvent = EventsBegin | GpuEvent | SystemEvent | EventsInterrupted;
