/** NVML's structs: confidential computing. Names are C's; sizes and offsets are held to the measured ones by test/abi. */
import { bytes, struct, u32, u64, version } from '../../layout.ts';
import * as e from '../enums/index.ts';

export const dramEncryptionInfo = struct('nvmlDramEncryptionInfo_v1_t', { version: version(1), encryptionState: e.enableState });

export const confComputeSystemCaps = struct('nvmlConfComputeSystemCaps_t', { cpuCaps: u32, gpusCaps: u32 });

export const confComputeSystemState = struct('nvmlConfComputeSystemState_t', { environment: u32, ccFeature: u32, devToolsMode: u32 });

export const systemConfComputeSettings = struct('nvmlSystemConfComputeSettings_v1_t', {
  version: version(1),
  environment: u32,
  ccFeature: u32,
  devToolsMode: u32,
  multiGpuMode: u32,
});

export const confComputeMemSizeInfo = struct('nvmlConfComputeMemSizeInfo_t', { protectedMemSizeKib: u64, unprotectedMemSizeKib: u64 });

export const confComputeGpuCertificate = struct('nvmlConfComputeGpuCertificate_t', {
  certChainSize: u32,
  attestationCertChainSize: u32,
  certChain: bytes(4096),
  attestationCertChain: bytes(5120),
});

export const confComputeGpuAttestationReport = struct('nvmlConfComputeGpuAttestationReport_t', {
  isCecAttestationReportPresent: u32,
  attestationReportSize: u32,
  cecAttestationReportSize: u32,
  nonce: bytes(32),
  attestationReport: bytes(8192),
  cecAttestationReport: bytes(4096),
});

export const confComputeSetKeyRotationThresholdInfo = struct('nvmlConfComputeSetKeyRotationThresholdInfo_v1_t', {
  version: version(1),
  maxAttackerAdvantage: u64,
});

export const confComputeGetKeyRotationThresholdInfo = struct('nvmlConfComputeGetKeyRotationThresholdInfo_v1_t', {
  version: version(1),
  attackerAdvantage: u64,
});
