/** NVML's functions: thermal. */
import { i32, u32 } from '../../layout.ts';
import { inout, input, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const thermalFunctions = define({
  nvmlDeviceGetFanSpeed: reads({ device, speed: out(u32) }),
  nvmlDeviceGetFanSpeed_v2: reads({ device, fan: value(u32), speed: out(u32) }),
  nvmlDeviceGetFanSpeedRPM: reads({ device, fanSpeed: inout(s.fanSpeedInfo) }, { architecture: 'maxwell' }),
  nvmlDeviceGetTargetFanSpeed: reads({ device, fan: value(u32), targetSpeed: out(u32) }),
  nvmlDeviceGetMinMaxFanSpeed: reads({ device, minSpeed: out(u32), maxSpeed: out(u32) }),
  nvmlDeviceGetFanControlPolicy_v2: reads({ device, fan: value(u32), policy: out(e.fanControlPolicy) }, { architecture: 'maxwell' }),
  nvmlDeviceGetNumFans: reads({ device, numFans: out(u32) }),
  nvmlDeviceGetTemperature: reads({ device, sensorType: value(e.temperatureSensor), temp: out(u32) }),
  nvmlDeviceGetCoolerInfo: reads({ device, coolerInfo: inout(s.coolerInfo) }, { architecture: 'maxwell' }),
  nvmlDeviceGetTemperatureV: reads({ device, temperature: inout(s.temperature) }),
  nvmlDeviceGetTemperatureThreshold: reads({ device, thresholdType: value(e.temperatureThreshold), temp: out(u32) }),
  nvmlDeviceGetMarginTemperature: reads({ device, marginTempInfo: inout(s.marginTemperature) }),
  nvmlDeviceGetThermalSettings: reads({ device, sensorIndex: value(u32), pThermalSettings: out(s.gpuThermalSettings) }),
  nvmlDeviceSetDefaultFanSpeed_v2: changes({ device, fan: value(u32) }),
  nvmlDeviceSetFanControlPolicy: changes({ device, fan: value(u32), policy: value(e.fanControlPolicy) }, { architecture: 'maxwell' }),
  nvmlDeviceSetTemperatureThreshold: changes({ device, thresholdType: value(e.temperatureThreshold), temp: input(i32) }, { architecture: 'maxwell' }),
  nvmlDeviceSetFanSpeed_v2: changes({ device, fan: value(u32), speed: value(u32) }, { architecture: 'maxwell' }),
});
