/** NVML's functions: drain. */
import { u32 } from '../../layout.ts';
import { input, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';

export const drainFunctions = define({
  nvmlDeviceModifyDrainState: changes({ pciInfo: input(s.pciInfo), newState: value(e.enableState) }, { architecture: 'pascal', root: true }),
  nvmlDeviceQueryDrainState: reads({ pciInfo: input(s.pciInfo), currentState: out(e.enableState) }, { architecture: 'pascal' }),
  nvmlDeviceRemoveGpu_v2: changes(
    { pciInfo: input(s.pciInfo), gpuState: value(e.detachGpuState), linkState: value(e.pcieLinkState) },
    { architecture: 'pascal', root: true },
  ),
  nvmlDeviceDiscoverGpus: changes({ pciInfo: input(s.pciInfo) }, { architecture: 'pascal', root: true }),
  nvmlGetExcludedDeviceCount: reads({ deviceCount: out(u32) }),
  nvmlGetExcludedDeviceInfoByIndex: reads({ index: value(u32), info: out(s.excludedDeviceInfo) }),
  nvmlDeviceRemoveGpu: changes({ pciInfo: input(s.pciInfo) }, { architecture: 'pascal', root: true }),
});
