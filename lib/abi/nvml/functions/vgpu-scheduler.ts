/** NVML's functions: vgpu scheduler. */
import { inout, input, out } from '../../parameters.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device, gpuInstance } from './operands.ts';

export const vgpuSchedulerFunctions = define({
  nvmlGpuInstanceSetVgpuSchedulerState: changes({ gpuInstance, pScheduler: input(s.vgpuSchedulerStateV1) }, { architecture: 'blackwell' }),
  nvmlGpuInstanceGetVgpuSchedulerState: reads({ gpuInstance, pSchedulerStateInfo: inout(s.vgpuSchedulerStateInfoV1) }, { architecture: 'blackwell' }),
  nvmlGpuInstanceGetVgpuSchedulerLog: reads({ gpuInstance, pSchedulerLogInfo: inout(s.vgpuSchedulerLogInfoV1) }, { architecture: 'blackwell' }),
  nvmlDeviceGetVgpuSchedulerState_v2: reads({ device, pSchedulerStateInfo: inout(s.vgpuSchedulerStateInfoV2) }, { architecture: 'pascal' }),
  nvmlGpuInstanceGetVgpuSchedulerState_v2: reads({ gpuInstance, pSchedulerStateInfo: inout(s.vgpuSchedulerStateInfoV2) }, { architecture: 'blackwell' }),
  nvmlDeviceGetVgpuSchedulerLog_v2: reads({ device, pSchedulerLogInfo: inout(s.vgpuSchedulerLogInfoV2) }, { architecture: 'pascal' }),
  nvmlGpuInstanceGetVgpuSchedulerLog_v2: reads({ gpuInstance, pSchedulerLogInfo: inout(s.vgpuSchedulerLogInfoV2) }, { architecture: 'blackwell' }),
  nvmlDeviceSetVgpuSchedulerState_v2: changes({ device, pSchedulerState: input(s.vgpuSchedulerStateV2) }, { architecture: 'pascal' }),
  nvmlGpuInstanceSetVgpuSchedulerState_v2: changes({ gpuInstance, pSchedulerState: input(s.vgpuSchedulerStateV2) }, { architecture: 'blackwell' }),
  nvmlDeviceGetVgpuSchedulerLog: reads({ device, pSchedulerLog: out(s.vgpuSchedulerLog) }, { architecture: 'pascal' }),
  nvmlDeviceGetVgpuSchedulerState: reads({ device, pSchedulerState: out(s.vgpuSchedulerGetState) }, { architecture: 'pascal' }),
  nvmlDeviceSetVgpuSchedulerState: changes({ device, pSchedulerState: input(s.vgpuSchedulerSetState) }, { architecture: 'pascal' }),
  nvmlDeviceGetVgpuSchedulerCapabilities: reads({ device, pCapabilities: out(s.vgpuSchedulerCapabilities) }, { architecture: 'pascal' }),
});
