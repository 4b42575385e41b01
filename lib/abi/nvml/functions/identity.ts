/** NVML's functions: identity. */
import { i32, u32, u64, ulong } from '../../layout.ts';
import { inout, input, out, textOut, value } from '../../parameters.ts';
import { bufferSizes as size } from '../constants.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device, length } from './operands.ts';

export const identityFunctions = define({
  nvmlDeviceGetName: reads({ device, name: textOut(size.NVML_DEVICE_NAME_V2_BUFFER_SIZE), length: length('name') }),
  nvmlDeviceGetBrand: reads({ device, type: out(e.brandType) }),
  nvmlDeviceGetSerial: reads({ device, serial: textOut(size.NVML_DEVICE_SERIAL_BUFFER_SIZE), length: length('serial') }),
  nvmlDeviceGetModuleId: reads({ device, moduleId: out(u32) }),
  nvmlDeviceGetUUID: reads({ device, uuid: textOut(size.NVML_DEVICE_UUID_V2_BUFFER_SIZE), length: length('uuid') }),
  nvmlDeviceGetBoardPartNumber: reads({ device, partNumber: textOut(size.NVML_DEVICE_PART_NUMBER_BUFFER_SIZE), length: length('partNumber') }),
  nvmlDeviceGetInforomVersion: reads(
    { device, object: value(e.inforomObject), version: textOut(size.NVML_DEVICE_INFOROM_VERSION_BUFFER_SIZE), length: length('version') },
  ),
  nvmlDeviceGetInforomImageVersion: reads({ device, version: textOut(size.NVML_DEVICE_INFOROM_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlDeviceGetInforomConfigurationChecksum: reads({ device, checksum: out(u32) }),
  nvmlDeviceValidateInforom: reads({ device }),
  nvmlDeviceGetLastBBXFlushTime: reads({ device, timestamp: out(u64), durationUs: out(ulong) }),
  nvmlDeviceGetBBXTimeData_v1: reads({ device, timeData: out(s.bbxTimeData) }),
  nvmlDeviceGetCudaComputeCapability: reads({ device, major: out(i32), minor: out(i32) }),
  nvmlDeviceGetBoardId: reads({ device, boardId: out(u32) }),
  nvmlDeviceGetMultiGpuBoard: reads({ device, multiGpuBool: out(u32) }),
  nvmlDeviceGetVbiosVersion: reads({ device, version: textOut(size.NVML_DEVICE_VBIOS_VERSION_BUFFER_SIZE), length: length('version') }),
  nvmlDeviceGetBridgeChipInfo: reads({ device, bridgeHierarchy: out(s.bridgeChipHierarchy) }),
  nvmlDeviceGetNumGpuCores: reads({ device, numCores: out(u32) }),
  nvmlDeviceGetMemoryBusWidth: reads({ device, busWidth: out(u32) }),
  nvmlDeviceGetArchitecture: reads({ device, arch: out(e.deviceArchitecture) }),
  nvmlDeviceGetPlatformInfo: reads({ device, platformInfo: inout(s.platformInfoV2, [s.platformInfoV2, s.platformInfoV1]) }, { architecture: 'blackwell' }),
  nvmlDeviceGetPdi: reads({ device, pdi: inout(s.pdi) }, { architecture: 'pascal' }),
  nvmlDeviceSetHostname_v1: changes({ device, hostname: input(s.hostname) }, { architecture: 'blackwell', root: true }),
  nvmlDeviceGetHostname_v1: reads({ device, hostname: out(s.hostname) }, { architecture: 'blackwell' }),
  nvmlDeviceGetCapabilities: reads({ device, caps: inout(s.deviceCapabilities) }),
});
