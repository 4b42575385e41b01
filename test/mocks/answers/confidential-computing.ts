import { B200 } from '../hosts/index.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const profile = 'hgx-h100-8';
const options = { gpus: 2 };
const TOTAL_KIB = 85_520_809_984n / 1024n;

/** A host that computes confidentially. */
const confidential = setHost({ 'cc.feature': true, 'cc.environment': 'production', 'cc.cpu': 'intel-tdx' });
const row = (rest: Omit<AnswerRow, 'profile' | 'options'>): AnswerRow => ({ profile, options, ...rest });
/** On and off again; boards without it are as if it were off. */
const whileOn = (read: AnswerRow['read'], before: unknown): AnswerRow => row({ prepare: confidential, read, before, change: setHost({ 'cc.feature': false }), after: refused('NOT_SUPPORTED') });
const incapable = (read: AnswerRow['read']): AnswerRow => ({ prepare: setHost({ 'cc.feature': true }), read, before: refused('NOT_SUPPORTED'), change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') });

const sizes = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetConfComputeMemSizeInfo({ device });
const usage = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetConfComputeProtectedMemoryUsage({ device });
const ready = ({ raw }: AnswerHost) => raw.nvmlSystemGetConfComputeGpusReadyState({});
const accept = (isAcceptingWork: number) => ({ raw }: AnswerHost) => raw.nvmlSystemSetConfComputeGpusReadyState({ isAcceptingWork });
const threshold = ({ raw }: AnswerHost) => raw.nvmlSystemGetConfComputeKeyRotationThresholdInfo({ pKeyRotationThrInfo: {} });
const rotateAt = (maxAttackerAdvantage: bigint) => ({ raw }: AnswerHost) => raw.nvmlSystemSetConfComputeKeyRotationThresholdInfo({ pKeyRotationThrInfo: { maxAttackerAdvantage } });
const unprotect = (sizeKiB: bigint) => ({ raw, device }: AnswerHost) => raw.nvmlDeviceSetConfComputeUnprotectedMemSize({ device, sizeKiB });

const text = (bytes: Uint8Array, count: number) => Buffer.from(bytes).subarray(0, count).toString('hex');
const certificate = ({ raw, device }: AnswerHost) => {
  const { certChainSize, certChain } = raw.nvmlDeviceGetConfComputeGpuCertificate({ device }).gpuCert;
  return { chain: text(certChain, certChainSize) };
};
const report = (nonce: number) => ({ raw, device }: AnswerHost) => {
  const { gpuAtstReport } = raw.nvmlDeviceGetConfComputeGpuAttestationReport({ device, gpuAtstReport: { nonce: new Uint8Array(32).fill(nonce) } });
  return { size: gpuAtstReport.attestationReportSize, nonce: text(gpuAtstReport.nonce, 32), cec: [gpuAtstReport.isCecAttestationReportPresent, gpuAtstReport.cecAttestationReportSize] };
};

const encryption = ({ raw, device }: AnswerHost) => {
  const { current, pending } = raw.nvmlDeviceGetDramEncryptionMode({ device, current: {}, pending: {} });
  return { current: current.encryptionState.name, pending: pending.encryptionState.name };
};
const encrypt = (encryptionState: 'disabled' | 'enabled') => ({ raw, device }: AnswerHost) => raw.nvmlDeviceSetDramEncryptionMode({ device, dramEncryption: { encryptionState } });

export const confidentialComputingAnswers: AnswerTable = {
  nvmlSystemGetConfComputeCapabilities: [
    row({ read: ({ raw }) => raw.nvmlSystemGetConfComputeCapabilities({}), before: { capabilities: { cpuCaps: 0, gpusCaps: 1 } }, change: confidential, after: { capabilities: { cpuCaps: 2, gpusCaps: 1 } } }),
    { read: ({ raw }) => raw.nvmlSystemGetConfComputeCapabilities({}), before: { capabilities: { cpuCaps: 0, gpusCaps: 0 } }, change: setHost({ 'cc.cpu': 'amd-sev-snp' }), after: { capabilities: { cpuCaps: 3, gpusCaps: 0 } } },
  ],
  nvmlSystemGetConfComputeState: [
    row({
      read: ({ raw }) => raw.nvmlSystemGetConfComputeState({}),
      before: { state: { environment: 0, ccFeature: 0, devToolsMode: 0 } },
      change: setHost({ 'cc.feature': true, 'cc.environment': 'simulation', 'cc.devtools': true }),
      after: { state: { environment: 1, ccFeature: 1, devToolsMode: 1 } },
    }),
    { profile: 'tesla-v100-8', read: ({ raw }) => raw.nvmlSystemGetConfComputeState({}), before: refused('NOT_SUPPORTED'), change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }), after: refused('DRIVER_NOT_LOADED') },
  ],
  nvmlSystemGetConfComputeSettings: [
    row({
      read: ({ raw }) => raw.nvmlSystemGetConfComputeSettings({ settings: {} }),
      before: { settings: { environment: 0, ccFeature: 0, devToolsMode: 0, multiGpuMode: 0 } },
      change: setHost({ 'cc.feature': true, 'cc.environment': 'production', 'cc.multi-gpu': 'protected-pcie' }),
      after: { settings: { environment: 2, ccFeature: 1, devToolsMode: 0, multiGpuMode: 1 } },
    }),
    // Of Hopper and later only.
    { read: ({ raw }) => raw.nvmlSystemGetConfComputeSettings({ settings: {} }), before: refused('NOT_SUPPORTED'), change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }), after: refused('DRIVER_NOT_LOADED') },
  ],
  nvmlSystemGetConfComputeGpusReadyState: [
    row({ read: ready, before: { isAcceptingWork: 0 }, change: setHost({ 'cc.accepting-work': true }), after: { isAcceptingWork: 1 } }),
    // A new driver lets nobody in before it was told to.
    row({ prepare: setHost({ 'cc.accepting-work': true }), read: ready, before: { isAcceptingWork: 1 }, change: (host) => host.without(() => host.machine.reloadDriver()), after: { isAcceptingWork: 0 } }),
  ],
  nvmlSystemSetConfComputeGpusReadyState: [
    row({ prepare: confidential, read: ready, before: { isAcceptingWork: 0 }, change: accept(1), after: { isAcceptingWork: 1 } }),
    row({ read: accept(1), before: refused('NOT_SUPPORTED'), change: confidential, after: {} }),
    row({ prepare: confidential, read: accept(2), before: refused('INVALID_ARGUMENT'), change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }), after: refused('DRIVER_NOT_LOADED') }),
  ],
  nvmlSystemGetConfComputeKeyRotationThresholdInfo: [
    row({ prepare: confidential, read: threshold, before: { pKeyRotationThrInfo: { attackerAdvantage: 60n } }, change: setHost({ 'cc.attacker-advantage': 55 }), after: { pKeyRotationThrInfo: { attackerAdvantage: 55n } } }),
    whileOn(threshold, {}),
  ],
  nvmlSystemSetConfComputeKeyRotationThresholdInfo: [
    row({ prepare: confidential, read: threshold, before: { pKeyRotationThrInfo: { attackerAdvantage: 60n } }, change: rotateAt(65n), after: { pKeyRotationThrInfo: { attackerAdvantage: 65n } } }),
    row({ prepare: confidential, read: rotateAt(66n), before: refused('INVALID_ARGUMENT'), change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }), after: refused('DRIVER_NOT_LOADED') }),
    // NVML_ERROR_INVALID_STATE: not while work is let in.
    row({ prepare: confidential, read: rotateAt(50n), before: {}, change: accept(1), after: refused('VENDOR_ERROR') }),
  ],
  nvmlDeviceGetConfComputeMemSizeInfo: [
    row({ read: sizes, before: { memInfo: { protectedMemSizeKib: 0n, unprotectedMemSizeKib: 0n } }, change: confidential, after: { memInfo: { protectedMemSizeKib: TOTAL_KIB, unprotectedMemSizeKib: 0n } } }),
  ],
  nvmlDeviceSetConfComputeUnprotectedMemSize: [
    row({ prepare: confidential, read: sizes, before: { memInfo: { unprotectedMemSizeKib: 0n } }, change: unprotect(1024n), after: { memInfo: { protectedMemSizeKib: TOTAL_KIB - 1024n, unprotectedMemSizeKib: 1024n } } }),
    row({ prepare: confidential, read: unprotect(TOTAL_KIB + 1n), before: refused('INVALID_ARGUMENT'), change: setHost({ 'cc.feature': false }), after: refused('NOT_SUPPORTED') }),
    incapable(unprotect(0n)),
  ],
  nvmlDeviceGetConfComputeProtectedMemoryUsage: [
    row({
      prepare: confidential,
      read: usage,
      before: { memory: { total: TOTAL_KIB * 1024n, used: 0n, free: TOTAL_KIB * 1024n } },
      change: set({ 'cc.protected-used-bytes': 4096 }),
      after: { memory: { total: TOTAL_KIB * 1024n, used: 4096n, free: TOTAL_KIB * 1024n - 4096n } },
    }),
    { prepare: setHost({ 'cc.feature': true }), read: usage, before: { memory: { total: 0n, used: 0n, free: 0n } }, change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') },
  ],
  nvmlDeviceGetConfComputeGpuCertificate: [
    row({ prepare: confidential, read: certificate, before: {}, change: set({ 'board.uuid': 'GPU-11111111-2222-3333-4444-555555555555' }), after: {} }),
    whileOn(certificate, {}),
    incapable(certificate),
  ],
  nvmlDeviceGetConfComputeGpuAttestationReport: [
    row({ prepare: confidential, read: report(7), before: { size: 4096, nonce: '07'.repeat(32), cec: [1, 2048] }, change: set({ 'cc.cec-report': false }), after: { nonce: '07'.repeat(32), cec: [0, 0] } }),
    whileOn(report(1), {}),
    incapable(report(1)),
  ],
  nvmlDeviceGetDramEncryptionMode: [
    { profile: B200, read: encryption, before: { current: 'disabled', pending: 'disabled' }, change: set({ 'cc.dram-encryption-pending': true }), after: { current: 'disabled', pending: 'enabled' } },
    row({ read: encryption, before: refused('NOT_SUPPORTED'), change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') }),
  ],
  nvmlDeviceSetDramEncryptionMode: [
    {
      profile: B200,
      prepare: encrypt('enabled'),
      read: encryption,
      before: { current: 'disabled', pending: 'enabled' },
      change: (host) => host.without(() => host.machine.reset(0)),
      after: { current: 'enabled', pending: 'enabled' },
    },
    row({ read: encrypt('enabled'), before: refused('NOT_SUPPORTED'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') }),
  ],
};
