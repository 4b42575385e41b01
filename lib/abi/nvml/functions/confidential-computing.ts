/** NVML's functions: confidential computing. */
import { u32, u64 } from '../../layout.ts';
import { inout, input, out, value } from '../../parameters.ts';
import * as s from '../structs/index.ts';
import { changes, define, reads } from './define.ts';
import { device } from './operands.ts';

export const confidentialComputingFunctions = define({
  nvmlDeviceGetDramEncryptionMode: reads({ device, current: inout(s.dramEncryptionInfo), pending: inout(s.dramEncryptionInfo) }, { architecture: 'blackwell' }),
  nvmlDeviceSetDramEncryptionMode: changes({ device, dramEncryption: input(s.dramEncryptionInfo) }, { root: true }),
  nvmlSystemGetConfComputeCapabilities: reads({ capabilities: out(s.confComputeSystemCaps) }, { architecture: 'ampere' }),
  nvmlSystemGetConfComputeState: reads({ state: out(s.confComputeSystemState) }, { architecture: 'ampere' }),
  nvmlDeviceGetConfComputeMemSizeInfo: reads({ device, memInfo: out(s.confComputeMemSizeInfo) }, { architecture: 'ampere' }),
  nvmlSystemGetConfComputeGpusReadyState: reads({ isAcceptingWork: out(u32) }, { architecture: 'ampere' }),
  nvmlDeviceGetConfComputeProtectedMemoryUsage: reads({ device, memory: out(s.memory) }, { architecture: 'ampere' }),
  nvmlDeviceGetConfComputeGpuCertificate: reads({ device, gpuCert: out(s.confComputeGpuCertificate) }, { architecture: 'ampere' }),
  nvmlDeviceGetConfComputeGpuAttestationReport: reads({ device, gpuAtstReport: inout(s.confComputeGpuAttestationReport) }, { architecture: 'ampere' }),
  nvmlSystemGetConfComputeKeyRotationThresholdInfo: reads({ pKeyRotationThrInfo: inout(s.confComputeGetKeyRotationThresholdInfo) }, { architecture: 'hopper' }),
  nvmlDeviceSetConfComputeUnprotectedMemSize: changes({ device, sizeKiB: value(u64) }, { architecture: 'ampere' }),
  nvmlSystemSetConfComputeGpusReadyState: changes({ isAcceptingWork: value(u32) }, { architecture: 'ampere' }),
  nvmlSystemSetConfComputeKeyRotationThresholdInfo: changes({ pKeyRotationThrInfo: input(s.confComputeSetKeyRotationThresholdInfo) }, { architecture: 'hopper' }),
  nvmlSystemGetConfComputeSettings: reads({ settings: inout(s.systemConfComputeSettings) }, { architecture: 'hopper' }),
});
