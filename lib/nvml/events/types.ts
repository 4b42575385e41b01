import type { Reading, ReadingError } from '../../telemetry/reading.ts';
import type { HostSnapshot } from '../types.ts';
import type { GpuEventType, NvmlEventType, SystemEventType } from './event-types.ts';

export interface EventsOptions {
  /** Default: all that the driver tells. */
  readonly types?: readonly NvmlEventType[];
  /** Ends the iteration; no error is thrown. */
  readonly signal?: AbortSignal;
}

/** A GPU and what is listened to on it. */
export interface ListenedGpu {
  readonly index: number;
  readonly uuid: string | null;
  readonly pciBusId: string | null;
  readonly types: Reading<readonly GpuEventType[]>;
}

/** The host as it was once listening had begun: nothing that happens after it is missed, whatever happened before is in it. */
export interface EventsBegin {
  readonly kind: 'snapshot';
  readonly at: Date;
  /** False where listening began anew (after a reset, a driver reload, an interruption): events may have been missed in between. */
  readonly first: boolean;
  readonly snapshot: HostSnapshot;
  readonly gpus: readonly ListenedGpu[];
  readonly system: Reading<readonly SystemEventType[]>;
}

export interface GpuEvent {
  readonly kind: 'gpu';
  /** When it was received. */
  readonly at: Date;
  /** Null for a GPU that is not known in this generation. */
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

/** Nothing is heard until the next `snapshot`. Comes once for each kind of trouble, however often it is tried in vain. */
export interface EventsInterrupted {
  readonly kind: 'interrupted';
  readonly at: Date;
  readonly error: ReadingError;
}

export type NvmlEvent = EventsBegin | GpuEvent | SystemEvent | EventsInterrupted;
