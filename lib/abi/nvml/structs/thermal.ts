/** NVML's structs: thermal. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, i32, inlineStruct, struct, u32, version } from '../../layout.ts';
import * as e from '../enums/index.ts';

export const gpuThermalSettings = struct('nvmlGpuThermalSettings_t', {
  count: u32,
  sensor: array(inlineStruct({ controller: e.thermalController, defaultMinTemp: i32, defaultMaxTemp: i32, currentTemp: i32, target: e.thermalTarget }), 3),
});

export const coolerInfo = struct('nvmlCoolerInfo_v1_t', { version: version(1), index: u32, signalType: e.coolerControl, target: e.coolerTarget });

export const marginTemperature = struct('nvmlMarginTemperature_v1_t', { version: version(1), marginTemperature: i32 });

export const fanSpeedInfo = struct('nvmlFanSpeedInfo_v1_t', { version: version(1), fan: u32, speed: u32 });

/** Degrees Celsius; the caller chooses the sensor. */
export const temperature = struct('nvmlTemperature_v1_t', { version: version(1), sensorType: e.temperatureSensor, temperature: i32 });
