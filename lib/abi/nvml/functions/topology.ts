/** NVML's functions: topology. */
import { i32, u32, ulong } from '../../layout.ts';
import { arrayOut, count, lengthOf, out, value } from '../../parameters.ts';
import * as e from '../enums/index.ts';
import { changes, define, reads } from './define.ts';
import { device, deviceElement } from './operands.ts';

export const topologyFunctions = define({
  nvmlSystemGetTopologyGpuSet: reads({ cpuNumber: value(u32), count: count(64), deviceArray: arrayOut(deviceElement) }),
  nvmlDeviceGetMemoryAffinity: reads({ device, nodeSetSize: lengthOf('nodeSet', u32, 16), nodeSet: arrayOut(ulong), scope: value(e.affinityScope) }),
  nvmlDeviceGetCpuAffinityWithinScope: reads({ device, cpuSetSize: lengthOf('cpuSet', u32, 16), cpuSet: arrayOut(ulong), scope: value(e.affinityScope) }),
  nvmlDeviceGetCpuAffinity: reads({ device, cpuSetSize: lengthOf('cpuSet', u32, 16), cpuSet: arrayOut(ulong) }),
  nvmlDeviceSetCpuAffinity: changes({ device }),
  nvmlDeviceClearCpuAffinity: changes({ device }),
  nvmlDeviceGetNumaNodeId: reads({ device, node: out(u32) }),
  nvmlDeviceGetTopologyCommonAncestor: reads({ device1: device, device2: device, pathInfo: out(e.gpuTopologyLevel) }),
  nvmlDeviceGetTopologyNearestGpus: reads({ device, level: value(e.gpuTopologyLevel), count: count(64), deviceArray: arrayOut(deviceElement) }),
  nvmlDeviceGetP2PStatus: reads({ device1: device, device2: device, p2pIndex: value(e.gpuP2pCapsIndex), p2pStatus: out(e.gpuP2pStatus) }),
  nvmlDeviceOnSameBoard: reads({ device1: device, device2: device, onSameBoard: out(i32) }),
});
