/** NVML's functions: events. */
import { u32, u64 } from '../../layout.ts';
import { handleOut, inout, input, out, value } from '../../parameters.ts';
import * as s from '../structs/index.ts';
import { define, reads } from './define.ts';
import { device, set } from './operands.ts';

export const eventsFunctions = define({
  nvmlEventSetCreate: reads({ set: handleOut('nvmlEventSet_t') }),
  nvmlDeviceRegisterEvents: reads({ device, eventTypes: value(u64), set }),
  nvmlDeviceGetSupportedEventTypes: reads({ device, eventTypes: out(u64) }),
  nvmlEventSetWait_v2: reads({ set, data: out(s.eventData), timeoutms: value(u32) }),
  nvmlEventSetFree: reads({ set }),
  nvmlSystemEventSetCreate: reads({ request: inout(s.systemEventSetCreateRequest) }),
  nvmlSystemEventSetFree: reads({ request: input(s.systemEventSetFreeRequest) }),
  nvmlSystemRegisterEvents: reads({ request: input(s.systemRegisterEventRequest) }),
  nvmlSystemEventSetWait: reads({ request: inout(s.systemEventSetWaitRequest) }),
  nvmlEventSetWait: reads({ set, data: out(s.eventDataBefore450), timeoutms: value(u32) }),
});
