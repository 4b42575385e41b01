/** NVML's functions: modes. */
import { u32 } from '../../layout.ts';
import { inout, input, out, textOut, value } from '../../parameters.ts';
import { bufferSizes as size } from '../constants.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const modesFunctions = define({
  nvmlDeviceGetAddressingMode: reads({ device, mode: inout(s.deviceAddressingMode) }, { architecture: 'turing' }),
  nvmlDeviceGetDisplayMode: reads({ device, display: out(e.enableState) }),
  nvmlDeviceGetDisplayActive: reads({ device, isActive: out(e.enableState) }),
  nvmlDeviceGetPersistenceMode: reads({ device, mode: out(e.enableState) }),
  nvmlDeviceGetGpuOperationMode: reads({ device, current: out(e.gpuOperationMode), pending: out(e.gpuOperationMode) }),
  nvmlDeviceGetComputeMode: reads({ device, mode: out(e.computeMode) }),
  nvmlDeviceGetDriverModel_v2: reads({ device, current: out(e.driverModel), pending: out(e.driverModel) }),
  nvmlDeviceGetAPIRestriction: reads({ device, apiType: value(e.restrictedApi), isRestricted: out(e.enableState) }, { root: true }),
  nvmlDeviceGetGspFirmwareVersion: reads({ device, version: textOut(size.NVML_GSP_FIRMWARE_VERSION_BUF_SIZE) }),
  nvmlDeviceGetGspFirmwareMode: reads({ device, isEnabled: out(u32), defaultMode: out(u32) }),
  nvmlDeviceSetPersistenceMode: changes({ device, mode: value(e.enableState) }, { root: true }),
  nvmlDeviceSetComputeMode: changes({ device, mode: value(e.computeMode) }, { root: true }),
  nvmlDeviceSetDriverModel: changes({ device, driverModel: value(e.driverModel), flags: value(u32) }, { root: true }),
  nvmlDeviceSetGpuOperationMode: changes({ device, mode: value(e.gpuOperationMode) }, { root: true }),
  nvmlDeviceSetAPIRestriction: changes({ device, apiType: value(e.restrictedApi), isRestricted: value(e.enableState) }, { root: true }),
  nvmlDeviceSetRusdSettings_v1: changes({ device, settings: input(s.rusdSettings) }, { root: true }),
  nvmlDeviceGetDriverModel: reads({ device, current: out(e.driverModel), pending: out(e.driverModel) }),
});
