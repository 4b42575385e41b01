/** All of Fabric Manager's types as lists, in C order, for whoever goes through them: the generated header, the tests. */
import type { EnumType } from '../enumeration.ts';
import type { StructLayout } from '../layout.ts';
import * as enums from './enums.ts';
import * as s from './structs.ts';
import * as typedefs from './typedefs.ts';

export const nvfmEnums: readonly EnumType[] = [enums.returnCode, enums.addressType];
export const nvfmTypedefs = Object.values(typedefs);
export const nvfmStructs: readonly StructLayout[] = [
  s.connectParamsV1, s.connectParamsV2, s.pciDevice, s.fabricPartitionGpuInfo, s.fabricPartitionInfo, s.fabricPartitionList, s.activatedFabricPartitionList,
  s.nvlinkFailedDeviceInfo, s.nvlinkFailedDevices, s.unsupportedFabricPartitionInfo, s.unsupportedFabricPartitionList,
];

/** What C calls the version word of each struct that has one. */
export const nvfmVersionMacros: Readonly<Record<string, string>> = {
  fmConnectParams_v1: 'fmConnectV1Params_version1',
  fmConnectParams_v2: 'fmConnectV2Params_version2',
  fmFabricPartitionList_v2: 'fmFabricPartitionList_version2',
  fmActivatedFabricPartitionList_v1: 'fmActivatedFabricPartitionList_version1',
  fmNvlinkFailedDevices_v1: 'fmNvlinkFailedDevices_version1',
  fmUnsupportedFabricPartitionList_v1: 'fmUnsupportedFabricPartitionList_version1',
};

/** C types that have a second name: that of the version which header 610 means by the name without one. */
export const nvfmTypeAliases: Readonly<Record<string, string>> = {
  fmConnectParams_t: 'fmConnectParams_v2',
  fmFabricPartitionList_t: 'fmFabricPartitionList_v2',
  fmActivatedFabricPartitionList_t: 'fmActivatedFabricPartitionList_v1',
  fmNvlinkFailedDevices_t: 'fmNvlinkFailedDevices_v1',
  fmUnsupportedFabricPartitionList_t: 'fmUnsupportedFabricPartitionList_v1',
};
