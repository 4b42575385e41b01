/** NVML's functions: enumeration. */
import { u32 } from '../../layout.ts';
import { input, out, textIn, value } from '../../parameters.ts';
import * as s from '../structs/index.ts';
import { define, reads } from './define.ts';
import { device, deviceOut } from './operands.ts';

export const enumerationFunctions = define({
  nvmlDeviceGetCount_v2: reads({ deviceCount: out(u32) }),
  nvmlDeviceGetHandleByIndex_v2: reads({ index: value(u32), device: deviceOut }),
  nvmlDeviceGetHandleBySerial: reads({ serial: textIn(), device: deviceOut }),
  nvmlDeviceGetHandleByUUID: reads({ uuid: textIn(), device: deviceOut }),
  nvmlDeviceGetHandleByUUIDV: reads({ uuid: input(s.uuid), device: deviceOut }),
  nvmlDeviceGetHandleByPciBusId_v2: reads({ pciBusId: textIn(), device: deviceOut }),
  nvmlDeviceGetIndex: reads({ device, index: out(u32) }),
  nvmlDeviceGetMinorNumber: reads({ device, minorNumber: out(u32) }),
  nvmlDeviceGetCount: reads({ deviceCount: out(u32) }),
  nvmlDeviceGetHandleByIndex: reads({ index: value(u32), device: deviceOut }),
  nvmlDeviceGetHandleByPciBusId: reads({ pciBusId: textIn(), device: deviceOut }),
});
