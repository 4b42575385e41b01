/** NVML's functions: power. */
import { u32, u64 } from '../../layout.ts';
import { inout, input, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const powerFunctions = define({
  nvmlDeviceGetPowerManagementMode: reads({ device, mode: out(e.enableState) }),
  nvmlDeviceGetPowerManagementLimit: reads({ device, limit: out(u32) }),
  nvmlDeviceGetPowerManagementLimitConstraints: reads({ device, minLimit: out(u32), maxLimit: out(u32) }),
  nvmlDeviceGetPowerManagementDefaultLimit: reads({ device, defaultLimit: out(u32) }),
  /** Milliwatts. */
  nvmlDeviceGetPowerUsage: reads({ device, power: out(u32) }),
  nvmlDeviceGetPowerMizerMode_v1: reads({ device, powerMizerMode: out(s.devicePowerMizerModes) }, { architecture: 'maxwell' }),
  nvmlDeviceSetPowerMizerMode_v1: changes({ device, powerMizerMode: input(s.devicePowerMizerModes) }, { architecture: 'maxwell' }),
  nvmlDeviceGetTotalEnergyConsumption: reads({ device, energy: out(u64) }, { architecture: 'volta' }),
  nvmlDeviceGetEnforcedPowerLimit: reads({ device, limit: out(u32) }),
  nvmlDeviceGetPowerSource: reads({ device, powerSource: out(e.powerSource) }),
  nvmlDeviceSetPowerManagementLimit_v2: changes({ device, powerValue: input(s.powerValueV2) }, { root: true }),
  nvmlDeviceSetPowerManagementLimit: changes({ device, limit: value(u32) }, { root: true }),
  nvmlDeviceWorkloadPowerProfileGetProfilesInfo: reads({ device, profilesInfo: inout(s.workloadPowerProfileProfilesInfo) }, { architecture: 'blackwell' }),
  nvmlDeviceWorkloadPowerProfileGetCurrentProfiles: reads({ device, currentProfiles: inout(s.workloadPowerProfileCurrentProfiles) }, { architecture: 'blackwell' }),
  nvmlDeviceWorkloadPowerProfileSetRequestedProfiles: changes(
    { device, requestedProfiles: input(s.workloadPowerProfileRequestedProfiles) },
    { architecture: 'blackwell', root: true },
  ),
  nvmlDeviceWorkloadPowerProfileClearRequestedProfiles: changes(
    { device, requestedProfiles: input(s.workloadPowerProfileRequestedProfiles) },
    { architecture: 'blackwell', root: true },
  ),
  nvmlDeviceWorkloadPowerProfileUpdateProfiles_v1: changes(
    { device, updateProfiles: input(s.workloadPowerProfileUpdateProfiles) },
    { architecture: 'blackwell', root: true },
  ),
  nvmlDevicePowerSmoothingActivatePresetProfile: changes({ device, profile: input(s.powerSmoothingProfile) }, { architecture: 'blackwell', root: true }),
  nvmlDevicePowerSmoothingUpdatePresetProfileParam: changes({ device, profile: input(s.powerSmoothingProfile) }, { architecture: 'blackwell', root: true }),
  nvmlDevicePowerSmoothingSetState: changes({ device, state: input(s.powerSmoothingState) }, { architecture: 'blackwell', root: true }),
});
