/** NVML's structs: power. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { array, f64, struct, u32, version } from '../../layout.ts';
import * as e from '../enums/index.ts';

export const devicePowerMizerModes = struct('nvmlDevicePowerMizerModes_v1_t', { currentMode: u32, mode: u32, supportedPowerMizerModes: u32 });

export const powerValueV2 = struct('nvmlPowerValue_v2_t', { version: version(2), powerScope: e.powerScopeType, powerValueMw: u32 });

export const mask255 = struct('nvmlMask255_t', { mask: array(u32, 8) });

export const workloadPowerProfileInfo = struct('nvmlWorkloadPowerProfileInfo_v1_t', {
  version: version(1),
  profileId: u32,
  priority: u32,
  conflictingMask: mask255,
});

export const workloadPowerProfileProfilesInfo = struct('nvmlWorkloadPowerProfileProfilesInfo_v1_t', {
  version: version(1),
  perfProfilesMask: mask255,
  perfProfile: array(workloadPowerProfileInfo, 255),
});

export const workloadPowerProfileCurrentProfiles = struct('nvmlWorkloadPowerProfileCurrentProfiles_v1_t', {
  version: version(1),
  perfProfilesMask: mask255,
  requestedProfilesMask: mask255,
  enforcedProfilesMask: mask255,
});

export const workloadPowerProfileRequestedProfiles = struct('nvmlWorkloadPowerProfileRequestedProfiles_v1_t', {
  version: version(1),
  requestedProfilesMask: mask255,
});

export const workloadPowerProfileUpdateProfiles = struct('nvmlWorkloadPowerProfileUpdateProfiles_v1_t', {
  operation: e.powerProfileOperation,
  updateProfilesMask: mask255,
}, { versionMacro: 1 });

export const powerSmoothingProfile = struct('nvmlPowerSmoothingProfile_v1_t', { version: version(1), profileId: u32, paramId: u32, value: f64 });

export const powerSmoothingState = struct('nvmlPowerSmoothingState_v1_t', { version: version(1), state: e.enableState });
