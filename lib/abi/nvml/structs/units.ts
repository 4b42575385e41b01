/** NVML's structs: units. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, struct, text, u32 } from '../../layout.ts';
import * as e from '../enums/index.ts';

export const ledState = struct('nvmlLedState_t', { cause: text(256), color: e.ledColor });

export const unitInfo = struct('nvmlUnitInfo_t', { name: text(96), id: text(96), serial: text(96), firmwareVersion: text(96) });

export const psuInfo = struct('nvmlPSUInfo_t', { state: text(256), current: u32, voltage: u32, power: u32 });

export const unitFanInfo = struct('nvmlUnitFanInfo_t', { speed: u32, state: e.fanState });

export const unitFanSpeeds = struct('nvmlUnitFanSpeeds_t', { fans: array(unitFanInfo, 24), count: u32 });
