/** NVML's structs: board. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, bytes, pointerTo, struct, text, u32, u64, u8, version } from '../../layout.ts';
import * as e from '../enums/index.ts';
import * as t from '../typedefs.ts';

export const pciInfoExt = struct('nvmlPciInfoExt_v1_t', {
  version: version(1),
  domain: u32,
  bus: u32,
  device: u32,
  pciDeviceId: u32,
  pciSubSystemId: u32,
  baseClass: u32,
  subClass: u32,
  busId: text(32),
});

export const pciInfo = struct('nvmlPciInfo_t', {
  /** `0000:3B:00.0`: the domain cut to four digits. */
  busIdLegacy: text(16),
  domain: u32,
  bus: u32,
  device: u32,
  /** Device id in the high, vendor id in the low half. */
  pciDeviceId: u32,
  pciSubSystemId: u32,
  /** `00000000:3B:00.0` */
  busId: text(32),
});

export const bar1Memory = struct('nvmlBAR1Memory_t', { bar1Total: u64, bar1Free: u64, bar1Used: u64 });

export const deviceAddressingMode = struct('nvmlDeviceAddressingMode_v1_t', { version: version(1), value: u32 });

export const bridgeChipInfo = struct('nvmlBridgeChipInfo_t', { type: e.bridgeChipType, fwVersion: u32 });

export const bridgeChipHierarchy = struct('nvmlBridgeChipHierarchy_t', { bridgeCount: u8, bridgeChipInfo: array(bridgeChipInfo, 128) });

export const pdi = struct('nvmlPdi_v1_t', { version: version(1), value: u64 });

export const bbxTimeData = struct('nvmlBBXTimeData_v1_t', { timeRun: u32 });

export const platformInfoV1 = struct('nvmlPlatformInfo_v1_t', {
  version: version(1),
  ibGuid: bytes(16),
  rackGuid: bytes(16),
  chassisPhysicalSlotNumber: u8,
  computeSlotIndex: u8,
  nodeIndex: u8,
  peerType: u8,
  moduleId: u8,
});

export const platformInfoV2 = struct('nvmlPlatformInfo_v2_t', {
  version: version(2),
  ibGuid: bytes(16),
  chassisSerialNumber: bytes(16),
  slotNumber: u8,
  trayIndex: u8,
  hostId: u8,
  peerType: u8,
  moduleId: u8,
});

export const hostname = struct('nvmlHostname_v1_t', { value: text(64) });

export const rusdSettings = struct('nvmlRusdSettings_v1_t', { version: version(1), pollMask: u64 });

export const hwbcEntry = struct('nvmlHwbcEntry_t', { hwbcId: u32, firmwareVersion: text(32) });

export const cperCursor = struct('nvmlCPERCursor_v1_t', { cperTypeMask: u32, uuid: text(80), handle: t.cperCursorHandle });

export const getCper = struct('nvmlGetCPER_v1_t', { cursor: cperCursor, buffer: pointerTo(u8, 'bufferSize', 4096), bufferSize: u32 });

export const systemDriverBranchInfo = struct('nvmlSystemDriverBranchInfo_v1_t', { version: version(1), branch: text(80) });

export const excludedDeviceInfo = struct('nvmlExcludedDeviceInfo_t', { pciInfo: pciInfo, uuid: text(80) });

export const deviceCapabilities = struct('nvmlDeviceCapabilities_v1_t', { version: version(1), capMask: u32 });
