import { oneGpu } from '../one-gpu.ts';
import type { FieldName } from './field-values.ts';
import { clearFields, readFields } from './field-values.ts';
import type { AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const MIB = 1n << 20n;

/** Each counter's attribute and field, in the order of the fields. */
const COUNTERS = {
  replays: 'NVML_FI_DEV_PCIE_REPLAY_COUNTER',
  'replay-rollovers': 'NVML_FI_DEV_PCIE_REPLAY_ROLLOVER_COUNTER',
  'l0-to-recovery': 'NVML_FI_DEV_PCIE_L0_TO_RECOVERY_COUNTER',
  'correctable-errors': 'NVML_FI_DEV_PCIE_COUNT_CORRECTABLE_ERRORS',
  'naks-received': 'NVML_FI_DEV_PCIE_COUNT_NAKS_RECEIVED',
  'receiver-errors': 'NVML_FI_DEV_PCIE_COUNT_RECEIVER_ERROR',
  'bad-tlps': 'NVML_FI_DEV_PCIE_COUNT_BAD_TLP',
  'naks-sent': 'NVML_FI_DEV_PCIE_COUNT_NAKS_SENT',
  'bad-dllps': 'NVML_FI_DEV_PCIE_COUNT_BAD_DLLP',
  'non-fatal-errors': 'NVML_FI_DEV_PCIE_COUNT_NON_FATAL_ERROR',
  'fatal-errors': 'NVML_FI_DEV_PCIE_COUNT_FATAL_ERROR',
  'unsupported-requests': 'NVML_FI_DEV_PCIE_COUNT_UNSUPPORTED_REQ',
  'lcrc-errors': 'NVML_FI_DEV_PCIE_COUNT_LCRC_ERROR',
  'lane-errors': 'NVML_FI_DEV_PCIE_COUNT_LANE_ERROR',
} as const satisfies Record<string, FieldName>;
const FIELDS = Object.values(COUNTERS);
/** 101, 102, …: no two alike. */
const settings = Object.fromEntries(Object.keys(COUNTERS).map((name, at) => [`pcie.count.${name}`, 101 + at]));
const each = <T>(value: (at: number) => T) => Object.fromEntries(FIELDS.map((name, at) => [name, value(at)]));
const moved = { 'pcie.domain': 1, 'pcie.bus': 0xaf, 'pcie.device': 0x1e, 'pcie.device-id': '0x20b010de', 'pcie.subsystem-id': '0x134f10de' };
const before = { domain: 0, bus: 7, device: 0, pciDeviceId: 0x20b2_10de, pciSubSystemId: 0x147f_10de, busId: '00000000:07:00.0' };
const after = { domain: 1, bus: 0xaf, device: 0x1e, pciDeviceId: 0x20b0_10de, pciSubSystemId: 0x134f_10de, busId: '00000001:AF:1E.0' };

export const pcieAnswers: AnswerTable = {
  nvmlDeviceGetPciInfo: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPciInfo({ device }),
    before: { pci: { ...before, busIdLegacy: '0000:07:00.0' } },
    change: set(moved),
    after: { pci: { ...after, busIdLegacy: '0001:AF:1E.0' } },
  },
  nvmlDeviceGetPciInfo_v2: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPciInfo_v2({ device }),
    before: { pci: before },
    change: set(moved),
    after: { pci: after },
  },
  nvmlDeviceGetPciInfo_v3: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPciInfo_v3({ device }),
    before: { pci: before },
    change: set(moved),
    after: { pci: after },
  },
  nvmlDeviceGetPciInfoExt: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetPciInfoExt({ device, pci: {} }),
      before: { pci: { ...before, baseClass: 3, subClass: 2 } },
      change: set(moved),
      after: { pci: { ...after, baseClass: 3, subClass: 2 } },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetPciInfoExt({ device, pci: {} }),
      before: { pci: { pciDeviceId: 0x2204_10de, baseClass: 3, subClass: 0 } },
      change: set({ 'pcie.sub-class': '3d-controller' }),
      after: { pci: { subClass: 2 } },
    },
  ],
  nvmlDeviceGetMaxPcieLinkGeneration: {
    read: ({ raw, device }) => raw.nvmlDeviceGetMaxPcieLinkGeneration({ device }),
    before: { maxLinkGen: 4 },
    change: set({ 'pcie.maximum-generation': 3 }),
    after: { maxLinkGen: 3 },
  },
  nvmlDeviceGetGpuMaxPcieLinkGeneration: {
    profile: 'hgx-h100-8',
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuMaxPcieLinkGeneration({ device }),
    before: { maxLinkGenDevice: 5 },
    change: set({ 'pcie.gpu-maximum-generation': null }),
    after: refused('NOT_SUPPORTED'),
  },
  nvmlDeviceGetMaxPcieLinkWidth: {
    read: ({ raw, device }) => raw.nvmlDeviceGetMaxPcieLinkWidth({ device }),
    before: { maxLinkWidth: 16 },
    change: set({ 'pcie.maximum-width': 8 }),
    after: { maxLinkWidth: 8 },
  },
  nvmlDeviceGetCurrPcieLinkGeneration: {
    profile: 'tesla-v100-8',
    read: ({ raw, device }) => raw.nvmlDeviceGetCurrPcieLinkGeneration({ device }),
    before: { currLinkGen: 3 },
    change: set({ 'pcie.generation': 1 }),
    after: { currLinkGen: 1 },
  },
  nvmlDeviceGetCurrPcieLinkWidth: {
    read: ({ raw, device }) => raw.nvmlDeviceGetCurrPcieLinkWidth({ device }),
    before: { currLinkWidth: 16 },
    change: set({ 'pcie.width': 4 }),
    after: { currLinkWidth: 4 },
  },
  // Sixteen lanes of 16 Gbit/s carry 32 GB/s; busy, a tenth of that moves.
  nvmlDeviceGetPcieThroughput: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetPcieThroughput({ device, counter: 'tx-bytes' }),
      before: { value: 350 },
      change: set({ 'load.gpu-percent': 50 }),
      after: { value: 1_600_350 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetPcieThroughput({ device, counter: 'rx-bytes' }),
      before: { value: 300 },
      change: set({ 'load.gpu-percent': 100, 'pcie.width': 8, 'pcie.generation': 3 }),
      after: { value: 800_300 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetPcieThroughput({ device, counter: 2 }),
      before: refused('INVALID_ARGUMENT'),
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetPcieReplayCounter: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetPcieReplayCounter({ device }),
      before: { value: 0 },
      change: set({ 'pcie.count.replays': 150 }),
      after: { value: 150 },
    },
    {
      prepare: set({ 'pcie.count.replays': 150 }),
      read: ({ raw, device }) => raw.nvmlDeviceGetPcieReplayCounter({ device }),
      before: { value: 150 },
      change: ({ machine, without }) => without(() => machine.reset(0)),
      after: { value: 0 },
    },
  ],
  nvmlDeviceGetBAR1MemoryInfo: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetBAR1MemoryInfo({ device }),
      before: { bar1Memory: { bar1Total: 131_072n * MIB, bar1Used: MIB, bar1Free: 131_071n * MIB } },
      change: set({ 'pcie.bar1.used-bytes': 1024n * MIB }),
      after: { bar1Memory: { bar1Total: 131_072n * MIB, bar1Used: 1024n * MIB, bar1Free: 130_048n * MIB } },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetBAR1MemoryInfo({ device }),
      before: { bar1Memory: { bar1Total: 256n * MIB } },
      change: set({ 'pcie.bar1.total-bytes': null }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetIrqNum: {
    read: ({ raw, other }) => raw.nvmlDeviceGetIrqNum({ device: other }),
    before: { irqNum: 129 },
    change: ({ machine }) => machine.set(1, { 'pcie.irq': 211 }),
    after: { irqNum: 211 },
  },
  nvmlDeviceGetPcieLinkMaxSpeed: {
    profile: 'hgx-h100-8',
    read: ({ raw, device }) => raw.nvmlDeviceGetPcieLinkMaxSpeed({ device }),
    before: { maxSpeed: 5 },
    change: set({ 'pcie.maximum-generation': 4 }),
    after: { maxSpeed: 4 },
  },
  nvmlDeviceGetPcieSpeed: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPcieSpeed({ device }),
    before: { pcieSpeed: 16_000 },
    change: set({ 'pcie.generation': 1 }),
    after: { pcieSpeed: 2500 },
  },
  nvmlDeviceGetBusType: {
    read: ({ raw, device }) => raw.nvmlDeviceGetBusType({ device }),
    before: { type: { name: 'pcie' } },
    change: set({ 'pcie.bus-type': 'fpci' }),
    after: { type: { name: 'fpci' } },
  },
  nvmlDeviceGetFieldValues: [
    {
      read: readFields(...FIELDS),
      before: each(() => 0n),
      change: set(settings),
      after: each((at) => BigInt(101 + at)),
    },
    {
      profile: 'tesla-v100-8',
      prepare: set({ 'pcie.count.replays': 3 }),
      read: readFields(...FIELDS),
      before: { ...each(() => 'not-supported'), NVML_FI_DEV_PCIE_REPLAY_COUNTER: 3n, NVML_FI_DEV_PCIE_REPLAY_ROLLOVER_COUNTER: 0n },
      change: set({ 'pcie.count.replays': null }),
      after: { NVML_FI_DEV_PCIE_REPLAY_COUNTER: 'not-supported' },
    },
    {
      profile: oneGpu('b200-sxm-180'),
      read: readFields('NVML_FI_DEV_PCIE_OUTBOUND_ATOMICS_MASK', 'NVML_FI_DEV_PCIE_INBOUND_ATOMICS_MASK'),
      before: { NVML_FI_DEV_PCIE_OUTBOUND_ATOMICS_MASK: 0x3f, NVML_FI_DEV_PCIE_INBOUND_ATOMICS_MASK: 0x3f },
      change: set({ 'pcie.atomics-outbound-mask': 0x7f, 'pcie.atomics-inbound-mask': null }),
      after: { NVML_FI_DEV_PCIE_OUTBOUND_ATOMICS_MASK: 0x7f, NVML_FI_DEV_PCIE_INBOUND_ATOMICS_MASK: 'not-supported' },
    },
    {
      profile: 'tesla-v100-8',
      read: readFields('NVML_FI_DEV_PCIE_COUNT_TX_BYTES', 'NVML_FI_DEV_PCIE_COUNT_RX_BYTES'),
      before: { NVML_FI_DEV_PCIE_COUNT_TX_BYTES: 'not-supported', NVML_FI_DEV_PCIE_COUNT_RX_BYTES: 'not-supported' },
      change: set({ 'pcie.tx-bytes': 4096, 'pcie.rx-bytes': 8192 }),
      after: { NVML_FI_DEV_PCIE_COUNT_TX_BYTES: 4096n, NVML_FI_DEV_PCIE_COUNT_RX_BYTES: 8192n },
    },
  ],
  nvmlDeviceClearFieldValues: [
    {
      prepare: set(settings),
      read: readFields(...FIELDS),
      before: each((at) => BigInt(101 + at)),
      change: clearFields(...FIELDS.slice(1)),
      after: { ...each(() => 0n), NVML_FI_DEV_PCIE_REPLAY_COUNTER: 101n },
    },
    {
      read: clearFields('NVML_FI_DEV_PCIE_COUNT_TX_BYTES', 'NVML_FI_DEV_PCIE_COUNT_FATAL_ERROR'),
      before: { NVML_FI_DEV_PCIE_COUNT_TX_BYTES: 'not-supported', NVML_FI_DEV_PCIE_COUNT_FATAL_ERROR: 'success' },
      change: set({ 'pcie.count.fatal-errors': null }),
      after: { NVML_FI_DEV_PCIE_COUNT_TX_BYTES: 'not-supported', NVML_FI_DEV_PCIE_COUNT_FATAL_ERROR: 'not-supported' },
    },
  ],
};
