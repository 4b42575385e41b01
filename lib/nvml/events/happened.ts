/** What a slice of waiting has brought. */
import { VALUE_NOT_AVAILABLE_U32 } from '../../abi/nvml/constants.ts';
import type { ValueOf } from '../../abi/layout.ts';
import type { EventEntry } from '../../abi/nvml/families.ts';
import type { systemEventData } from '../../abi/nvml/structs/events.ts';
import type { CallResult } from '../../library/opened-library.ts';
import { gpuEventType, systemEventType } from './event-types.ts';
import type { GpuEvent, ListenedGpu, SystemEvent } from './types.ts';

export type RawGpuEvent = EventEntry;
export type RawSystemEvent = ValueOf<typeof systemEventData>;

/** Undefined where the slice went by without anything. Throws what the driver answers. */
export function happened<T>(result: CallResult<T>): T | undefined {
  if (result.ok) return result.outputs;
  if (result.error.code === 'TIMEOUT') return undefined;
  throw result.error;
}

export function gpuEvent(at: Date, { eventType, eventData: data, gpuInstanceId, computeInstanceId }: RawGpuEvent, gpu: ListenedGpu | undefined): GpuEvent {
  const type = gpuEventType(eventType);
  // Only Xids name instances; without MIG they are all ones.
  const told = (id: number | undefined): id is number => type === 'xid' && id !== undefined && id !== VALUE_NOT_AVAILABLE_U32;
  return {
    kind: 'gpu',
    at,
    gpu: gpu === undefined ? null : { index: gpu.index, uuid: gpu.uuid, pciBusId: gpu.pciBusId },
    type,
    typeBits: eventType,
    ...(type === 'xid' && { xid: Number(data) }),
    data,
    ...(told(gpuInstanceId) && { gpuInstanceId }),
    ...(told(computeInstanceId) && { computeInstanceId }),
  };
}

export function systemEvent(at: Date, { eventType, gpuId }: RawSystemEvent): SystemEvent {
  return { kind: 'system', at, type: systemEventType(eventType), typeBits: eventType, gpuId };
}
