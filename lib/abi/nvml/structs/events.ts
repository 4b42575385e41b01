/** NVML's structs: events. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { handleField, pointerTo, struct, u32, u64, version } from '../../layout.ts';

export const eventData = struct('nvmlEventData_t', {
  device: handleField('nvmlDevice_t'),
  eventType: u64,
  eventData: u64,
  gpuInstanceId: u32,
  computeInstanceId: u32,
});

export const systemEventSetCreateRequest = struct('nvmlSystemEventSetCreateRequest_v1_t', {
  version: version(1),
  set: handleField('nvmlSystemEventSet_t'),
});

export const systemEventSetFreeRequest = struct('nvmlSystemEventSetFreeRequest_v1_t', {
  version: version(1),
  set: handleField('nvmlSystemEventSet_t'),
});

export const systemRegisterEventRequest = struct('nvmlSystemRegisterEventRequest_v1_t', {
  version: version(1),
  eventTypes: u64,
  set: handleField('nvmlSystemEventSet_t'),
});

export const systemEventData = struct('nvmlSystemEventData_v1_t', { eventType: u64, gpuId: u32 });

export const systemEventSetWaitRequest = struct('nvmlSystemEventSetWaitRequest_v1_t', {
  version: version(1),
  timeoutms: u32,
  set: handleField('nvmlSystemEventSet_t'),
  data: pointerTo(systemEventData, 'numEvent', 16, 'dataSize'),
  dataSize: u32,
  numEvent: u32,
});
