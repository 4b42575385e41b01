/** NVML's functions: units. */
import { u32 } from '../../layout.ts';
import { arrayOut, count, handleOut, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { deviceElement, unit } from './operands.ts';

export const unitsFunctions = define({
  nvmlUnitGetCount: reads({ unitCount: out(u32) }),
  nvmlUnitGetHandleByIndex: reads({ index: value(u32), unit: handleOut('nvmlUnit_t') }),
  nvmlUnitGetUnitInfo: reads({ unit, info: out(s.unitInfo) }),
  nvmlUnitGetLedState: reads({ unit, state: out(s.ledState) }),
  nvmlUnitGetPsuInfo: reads({ unit, psu: out(s.psuInfo) }),
  nvmlUnitGetTemperature: reads({ unit, type: value(u32), temp: out(u32) }),
  nvmlUnitGetFanSpeedInfo: reads({ unit, fanSpeeds: out(s.unitFanSpeeds) }),
  nvmlUnitGetDevices: reads({ unit, deviceCount: count(64), devices: arrayOut(deviceElement) }),
  nvmlUnitSetLedState: changes({ unit, color: value(e.ledColor) }, { root: true }),
});
