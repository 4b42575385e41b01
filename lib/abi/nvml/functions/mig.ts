/** NVML's functions: mig. */
import { handleField, u32 } from '../../layout.ts';
import { arrayOut, countOut, handleOut, inout, input, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { computeInstance, device, deviceOut, gpuInstance } from './operands.ts';

export const migFunctions = define({
  nvmlDeviceGetAttributes_v2: reads({ device, attributes: out(s.deviceAttributes) }, { architecture: 'ampere' }),
  nvmlDeviceSetMigMode: changes({ device, mode: value(u32), activationStatus: out(e.returnCode) }, { architecture: 'ampere', root: true }),
  nvmlDeviceGetMigMode: reads({ device, currentMode: out(u32), pendingMode: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetGpuInstanceProfileInfo: reads({ device, profile: value(u32), info: out(s.gpuInstanceProfileInfo) }, { architecture: 'ampere' }),
  nvmlDeviceGetGpuInstanceProfileInfoV: reads(
    { device, profile: value(u32), info: inout(s.gpuInstanceProfileInfoV2, [s.gpuInstanceProfileInfoV3, s.gpuInstanceProfileInfoV2]) },
    { architecture: 'ampere' },
  ),
  nvmlDeviceGetGpuInstanceProfileInfoByIdV: reads(
    { device, profileId: value(u32), info: inout(s.gpuInstanceProfileInfoV2, [s.gpuInstanceProfileInfoV3, s.gpuInstanceProfileInfoV2]) },
    { architecture: 'ampere' },
  ),
  nvmlDeviceGetGpuInstancePossiblePlacements_v2: reads(
    { device, profileId: value(u32), placements: arrayOut(s.gpuInstancePlacement), count: countOut(64) },
    { architecture: 'ampere' },
  ),
  nvmlDeviceGetGpuInstanceRemainingCapacity: reads({ device, profileId: value(u32), count: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceCreateGpuInstance: changes({ device, profileId: value(u32), gpuInstance: handleOut('nvmlGpuInstance_t') }, { architecture: 'ampere' }),
  nvmlDeviceCreateGpuInstanceWithPlacement: changes(
    { device, profileId: value(u32), placement: input(s.gpuInstancePlacement), gpuInstance: handleOut('nvmlGpuInstance_t') },
    { architecture: 'ampere' },
  ),
  nvmlGpuInstanceDestroy: changes({ gpuInstance }, { architecture: 'ampere' }),
  nvmlDeviceGetGpuInstances: reads(
    { device, profileId: value(u32), gpuInstances: arrayOut(handleField('nvmlGpuInstance_t')), count: countOut(64) },
    { architecture: 'ampere' },
  ),
  nvmlDeviceGetGpuInstanceById: reads({ device, id: value(u32), gpuInstance: handleOut('nvmlGpuInstance_t') }, { architecture: 'ampere' }),
  nvmlGpuInstanceGetInfo: reads({ gpuInstance, info: out(s.gpuInstanceInfo) }, { architecture: 'ampere' }),
  nvmlGpuInstanceGetComputeInstanceProfileInfo: reads(
    { gpuInstance, profile: value(u32), engProfile: value(u32), info: out(s.computeInstanceProfileInfo) },
    { architecture: 'ampere' },
  ),
  nvmlGpuInstanceGetComputeInstanceProfileInfoV: reads(
    { gpuInstance, profile: value(u32), engProfile: value(u32), info: inout(s.computeInstanceProfileInfoV2, [s.computeInstanceProfileInfoV3, s.computeInstanceProfileInfoV2]) },
    { architecture: 'ampere' },
  ),
  nvmlGpuInstanceGetComputeInstanceRemainingCapacity: reads({ gpuInstance, profileId: value(u32), count: out(u32) }, { architecture: 'ampere' }),
  nvmlGpuInstanceGetComputeInstancePossiblePlacements: reads(
    { gpuInstance, profileId: value(u32), placements: arrayOut(s.computeInstancePlacement), count: countOut(64) },
    { architecture: 'ampere' },
  ),
  nvmlGpuInstanceCreateComputeInstance: changes({ gpuInstance, profileId: value(u32), computeInstance: handleOut('nvmlComputeInstance_t') }, { architecture: 'ampere' }),
  nvmlGpuInstanceCreateComputeInstanceWithPlacement: changes(
    { gpuInstance, profileId: value(u32), placement: input(s.computeInstancePlacement), computeInstance: handleOut('nvmlComputeInstance_t') },
    { architecture: 'ampere' },
  ),
  nvmlComputeInstanceDestroy: changes({ computeInstance }, { architecture: 'ampere' }),
  nvmlGpuInstanceGetComputeInstances: reads(
    { gpuInstance, profileId: value(u32), computeInstances: arrayOut(handleField('nvmlComputeInstance_t')), count: countOut(64) },
    { architecture: 'ampere' },
  ),
  nvmlGpuInstanceGetComputeInstanceById: reads({ gpuInstance, id: value(u32), computeInstance: handleOut('nvmlComputeInstance_t') }, { architecture: 'ampere' }),
  nvmlComputeInstanceGetInfo_v2: reads({ computeInstance, info: out(s.computeInstanceInfo) }, { architecture: 'ampere' }),
  nvmlDeviceIsMigDeviceHandle: reads({ device, isMigDevice: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetGpuInstanceId: reads({ device, id: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetComputeInstanceId: reads({ device, id: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetMaxMigDeviceCount: reads({ device, count: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetMigDeviceHandleByIndex: reads({ device, index: value(u32), migDevice: deviceOut }, { architecture: 'ampere' }),
  nvmlDeviceGetDeviceHandleFromMigDeviceHandle: reads({ migDevice: device, device: deviceOut }, { architecture: 'ampere' }),
  nvmlDeviceGetAttributes: reads({ device, attributes: out(s.deviceAttributesBefore455) }, { architecture: 'ampere' }),
  nvmlComputeInstanceGetInfo: reads({ computeInstance, info: out(s.computeInstanceInfoBefore460) }, { architecture: 'ampere' }),
  nvmlDeviceGetGpuInstancePossiblePlacements: reads(
    { device, profileId: value(u32), placements: arrayOut(s.gpuInstancePlacement), count: countOut(64) },
    { architecture: 'ampere' },
  ),
});
