/** NVML's functions: telemetry. */
import { i32, u64 } from '../../layout.ts';
import { arrayInOut, arrayOut, count, inout, lengthOf, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const telemetryFunctions = define({
  nvmlDeviceGetMemoryInfo: reads({ device, memory: out(s.memory) }),
  nvmlDeviceGetMemoryInfo_v2: reads({ device, memory: inout(s.memoryV2) }),
  nvmlDeviceGetUtilizationRates: reads({ device, utilization: out(s.utilization) }),
  nvmlDeviceGetSamples: reads(
    { device, type: value(e.samplingType), lastSeenTimeStamp: value(u64), sampleValType: out(e.valueType), sampleCount: count(256), samples: arrayOut(s.sample) },
  ),
  nvmlDeviceGetFieldValues: reads({ device, valuesCount: lengthOf('values', i32), values: arrayInOut(s.fieldValue) }),
  nvmlDeviceClearFieldValues: changes({ device, valuesCount: lengthOf('values', i32), values: arrayInOut(s.fieldValue) }),
});
