/** NVML's functions: pcie. */
import { u32 } from '../../layout.ts';
import { inout, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import * as s from '../structs/index.ts';
import { define, reads } from './define.ts';
import { device } from './operands.ts';

export const pcieFunctions = define({
  nvmlDeviceGetPciInfoExt: reads({ device, pci: inout(s.pciInfoExt) }),
  nvmlDeviceGetPciInfo_v3: reads({ device, pci: out(s.pciInfo) }),
  nvmlDeviceGetMaxPcieLinkGeneration: reads({ device, maxLinkGen: out(u32) }),
  nvmlDeviceGetGpuMaxPcieLinkGeneration: reads({ device, maxLinkGenDevice: out(u32) }),
  nvmlDeviceGetMaxPcieLinkWidth: reads({ device, maxLinkWidth: out(u32) }),
  nvmlDeviceGetCurrPcieLinkGeneration: reads({ device, currLinkGen: out(u32) }),
  nvmlDeviceGetCurrPcieLinkWidth: reads({ device, currLinkWidth: out(u32) }),
  nvmlDeviceGetPcieThroughput: reads({ device, counter: value(e.pcieUtilCounter), value: out(u32) }, { architecture: 'maxwell' }),
  nvmlDeviceGetPcieReplayCounter: reads({ device, value: out(u32) }),
  nvmlDeviceGetBAR1MemoryInfo: reads({ device, bar1Memory: out(s.bar1Memory) }),
  nvmlDeviceGetIrqNum: reads({ device, irqNum: out(u32) }),
  nvmlDeviceGetPcieLinkMaxSpeed: reads({ device, maxSpeed: out(u32) }),
  nvmlDeviceGetPcieSpeed: reads({ device, pcieSpeed: out(u32) }),
  nvmlDeviceGetBusType: reads({ device, type: out(e.busType) }),
  nvmlDeviceGetPciInfo: reads({ device, pci: out(s.pciInfo) }),
  nvmlDeviceGetPciInfo_v2: reads({ device, pci: out(s.pciInfo) }),
});
