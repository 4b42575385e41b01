/** What a slice of waiting has brought. */
import { VALUE_NOT_AVAILABLE_U32 } from '../../abi/nvml/constants.ts';
import type { ValueOf } from '../../abi/layout.ts';
import type { EventEntry } from '../../abi/nvml/families.ts';
import type { systemEventData } from '../../abi/nvml/structs/events.ts';
import { gpuEventType, systemEventType } from './event-types.ts';
import type { GpuEvent, ListenedGpu, SystemEvent } from './types.ts';

export function gpuEvent({ eventType, eventData: data, gpuInstanceId, computeInstanceId }: EventEntry, gpu: ListenedGpu | undefined): GpuEvent {
  const type = gpuEventType(eventType);
  // Only Xids name instances; without MIG they are all ones.
  const told = (id: number | undefined): id is number => type === 'xid' && id !== undefined && id !== VALUE_NOT_AVAILABLE_U32;
  return {
    kind: 'gpu',
    at: new Date(),
    gpu: gpu === undefined ? null : { index: gpu.index, uuid: gpu.uuid, pciBusId: gpu.pciBusId },
    type,
    typeBits: eventType,
    ...(type === 'xid' && { xid: Number(data) }),
    data,
    ...(told(gpuInstanceId) && { gpuInstanceId }),
    ...(told(computeInstanceId) && { computeInstanceId }),
  };
}

export function systemEvent({ eventType, gpuId }: ValueOf<typeof systemEventData>): SystemEvent {
  return { kind: 'system', at: new Date(), type: systemEventType(eventType), typeBits: eventType, gpuId };
}
