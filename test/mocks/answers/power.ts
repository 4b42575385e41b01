import { fieldIds } from '../../../lib/abi/nvml/field-ids.ts';
import { readField } from './field-values.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const H100 = { profile: 'hgx-h100-8' } as const;
const RTX_3090 = { profile: 'rtx-3090-2' } as const;
const MODULE = 1, MEMORY = 2, BASE = 3;

const limit = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetPowerManagementLimit({ device });
const usage = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetPowerUsage({ device });
const kilojoules = (millijoules: bigint) => millijoules / 1_000_000n;
const energyField = (id: number) => (host: AnswerHost) => (readField(id)(host) as { 'unsigned-long-long': bigint })['unsigned-long-long'];
/** At 62 W. */
const fiveHundredSeconds = ({ machine }: AnswerHost) => machine.advance(500);
const mizer = ({ raw, device }: AnswerHost) => {
  const { currentMode, supportedPowerMizerModes } = raw.nvmlDeviceGetPowerMizerMode_v1({ device }).powerMizerMode;
  return { currentMode, supportedPowerMizerModes };
};
const baseIsThere = set({
  'power.base-default-limit-milliwatts': 500_000, 'power.base-limit-milliwatts': 500_000,
  'power.base-minimum-limit-milliwatts': 400_000, 'power.base-maximum-limit-milliwatts': 600_000,
});
/** As on a module with a processor. */
const moduleIsThere = set({
  'power.module-usage-milliwatts': 467_000, 'power.module-default-limit-milliwatts': 1_000_000, 'power.module-limit-milliwatts': 1_000_000,
  'power.module-minimum-limit-milliwatts': 500_000, 'power.module-maximum-limit-milliwatts': 1_000_000,
});

export const powerAnswers: AnswerTable = {
  nvmlDeviceGetPowerManagementMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPowerManagementMode({ device }),
    before: { mode: { name: 'enabled' } },
    change: set({ 'power.management': false }),
    after: { mode: { name: 'disabled' } },
  },
  nvmlDeviceGetPowerManagementLimit: { ...H100, read: limit, before: { limit: 700_000 }, change: set({ 'power.limit-milliwatts': 500_000 }), after: { limit: 500_000 } },
  nvmlDeviceGetPowerManagementLimitConstraints: {
    ...RTX_3090,
    read: ({ raw, device }) => raw.nvmlDeviceGetPowerManagementLimitConstraints({ device }),
    before: { minLimit: 100_000, maxLimit: 400_000 },
    change: set({ 'power.maximum-limit-milliwatts': 366_000 }),
    after: { minLimit: 100_000, maxLimit: 366_000 },
  },
  nvmlDeviceGetPowerManagementDefaultLimit: {
    profile: 't4-4',
    read: ({ raw, device }) => raw.nvmlDeviceGetPowerManagementDefaultLimit({ device }),
    before: { defaultLimit: 70_000 },
    change: set({ 'power.default-limit-milliwatts': null, 'power.limit-milliwatts': null }),
    after: refused('NOT_SUPPORTED'),
  },
  nvmlDeviceGetEnforcedPowerLimit: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetEnforcedPowerLimit({ device }),
      before: { limit: 400_000 },
      change: set({ 'power.other-limit-milliwatts': 250_000 }),
      after: { limit: 250_000 },
    },
  ],
  nvmlDeviceSetPowerManagementLimit: [
    {
      read: limit,
      before: { limit: 400_000 },
      change: ({ raw, device }) => raw.nvmlDeviceSetPowerManagementLimit({ device, limit: 300_000 }),
      after: { limit: 300_000 },
    },
    {
      prepare: set({ 'power.usage-milliwatts': 380_000 }),
      read: usage,
      before: { power: 380_000 },
      change: ({ raw, device }) => raw.nvmlDeviceSetPowerManagementLimit({ device, limit: 100_000 }),
      after: { power: 100_000 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetPowerManagementLimit({ device, limit: 99_999 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'power.minimum-limit-milliwatts': 50_000 }),
      after: {},
    },
  ],
  nvmlDeviceSetPowerManagementLimit_v2: [
    {
      read: limit,
      before: { limit: 400_000 },
      change: ({ raw, device }) => raw.nvmlDeviceSetPowerManagementLimit_v2({ device, powerValue: { powerScope: 'gpu', powerValueMw: 350_000 } }),
      after: { limit: 350_000 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetPowerManagementLimit_v2({ device, powerValue: { powerScope: 'module', powerValueMw: 800_000 } }),
      before: refused('NOT_SUPPORTED'),
      change: moduleIsThere,
      after: {},
    },
    {
      prepare: baseIsThere,
      read: readField(fieldIds.NVML_FI_DEV_POWER_REQUESTED_LIMIT, BASE),
      before: { 'unsigned-int': 500_000 },
      change: ({ raw, device }) => raw.nvmlDeviceSetPowerManagementLimit_v2({ device, powerValue: { powerScope: 'gpu-base', powerValueMw: 450_000 } }),
      after: { 'unsigned-int': 450_000 },
    },
  ],
  nvmlDeviceGetPowerUsage: [
    { read: usage, before: { power: 62_000 }, change: set({ 'power.usage-milliwatts': 311_500 }), after: { power: 311_500 } },
  ],
  nvmlDeviceGetTotalEnergyConsumption: {
    read: ({ raw, device }) => kilojoules(raw.nvmlDeviceGetTotalEnergyConsumption({ device }).energy),
    before: 0n,
    change: fiveHundredSeconds,
    after: 31n,
  },
  nvmlDeviceGetPowerSource: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPowerSource({ device }),
    before: { powerSource: { name: 'ac' } },
    change: set({ 'power.source': 'undersized' }),
    after: { powerSource: { name: 'undersized' } },
  },
  nvmlDeviceGetPowerMizerMode_v1: [
    {
      ...RTX_3090,
      read: mizer,
      before: { currentMode: 2, supportedPowerMizerModes: 7 },
      change: set({ 'power.mizer-mode': 'adaptive', 'power.mizer-modes': 3 }),
      after: { currentMode: 0, supportedPowerMizerModes: 3 },
    },
    {
      read: mizer,
      before: refused('NOT_SUPPORTED'),
      change: set({ 'power.mizer-mode': 'auto', 'power.mizer-modes': 4 }),
      after: { currentMode: 2, supportedPowerMizerModes: 4 },
    },
  ],
  nvmlDeviceSetPowerMizerMode_v1: [
    {
      ...RTX_3090,
      read: mizer,
      before: { currentMode: 2 },
      change: ({ raw, device }) => raw.nvmlDeviceSetPowerMizerMode_v1({ device, powerMizerMode: { currentMode: 0, mode: 1, supportedPowerMizerModes: 0 } }),
      after: { currentMode: 1 },
    },
    {
      ...RTX_3090,
      read: ({ raw, device }) => raw.nvmlDeviceSetPowerMizerMode_v1({ device, powerMizerMode: { currentMode: 0, mode: 3, supportedPowerMizerModes: 0 } }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'power.mizer-modes': 15 }),
      after: {},
    },
  ],
  nvmlDeviceGetFieldValues: [
    { read: (host) => kilojoules(energyField(fieldIds.NVML_FI_DEV_TOTAL_ENERGY_CONSUMPTION)(host)), before: 0n, change: fiveHundredSeconds, after: 31n },
    { read: (host) => kilojoules(energyField(fieldIds.NVML_FI_DEV_ENERGY)(host)), before: 0n, change: set({ 'power.energy-millijoules': 5_000_000 }), after: 5n },
    {
      ...H100,
      read: readField(fieldIds.NVML_FI_DEV_POWER_AVERAGE),
      before: { 'unsigned-int': 70_500 },
      change: set({ 'power.usage-milliwatts': 650_000 }),
      after: { 'unsigned-int': 650_000 },
    },
    { read: readField(fieldIds.NVML_FI_DEV_POWER_AVERAGE), before: 'not-supported', change: set({ 'power.averages': true }), after: { 'unsigned-int': 62_000 } },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_INSTANT),
      before: { 'unsigned-int': 62_000 },
      change: set({ 'power.usage-milliwatts': 63_000 }),
      after: { 'unsigned-int': 63_000 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_MIN_LIMIT),
      before: { 'unsigned-int': 100_000 },
      change: set({ 'power.minimum-limit-milliwatts': 120_000 }),
      after: { 'unsigned-int': 120_000 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_MAX_LIMIT),
      before: { 'unsigned-int': 400_000 },
      change: set({ 'power.maximum-limit-milliwatts': 500_000 }),
      after: { 'unsigned-int': 500_000 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_DEFAULT_LIMIT),
      before: { 'unsigned-int': 400_000 },
      change: set({ 'power.default-limit-milliwatts': 350_000 }),
      after: { 'unsigned-int': 350_000 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_CURRENT_LIMIT),
      before: { 'unsigned-int': 400_000 },
      change: set({ 'power.other-limit-milliwatts': 333_000 }),
      after: { 'unsigned-int': 333_000 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_REQUESTED_LIMIT),
      before: { 'unsigned-int': 400_000 },
      change: set({ 'power.limit-milliwatts': 222_000 }),
      after: { 'unsigned-int': 222_000 },
    },
    {
      ...H100,
      read: readField(fieldIds.NVML_FI_DEV_POWER_AVERAGE, MEMORY),
      before: { 'unsigned-int': 33_000 },
      change: set({ 'power.memory-usage-milliwatts': 71_000 }),
      after: { 'unsigned-int': 71_000 },
    },
    { read: readField(fieldIds.NVML_FI_DEV_POWER_AVERAGE, MODULE), before: 'not-supported', change: moduleIsThere, after: { 'unsigned-int': 467_000 } },
    { read: readField(fieldIds.NVML_FI_DEV_POWER_MAX_LIMIT, MODULE), before: 'not-supported', change: moduleIsThere, after: { 'unsigned-int': 1_000_000 } },
    { read: readField(fieldIds.NVML_FI_DEV_POWER_CURRENT_LIMIT, BASE), before: 'not-supported', change: baseIsThere, after: { 'unsigned-int': 500_000 } },
    {
      ...H100,
      read: readField(fieldIds.NVML_FI_DEV_EDPP_MULTIPLIER),
      before: { 'unsigned-int': 100 },
      change: set({ 'power.edpp-percent': 90 }),
      after: { 'unsigned-int': 90 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_SYNC_BALANCING_FREQ),
      before: 'not-supported',
      change: set({ 'power.sync-balancing-frequency': 4 }),
      after: { 'unsigned-int': 4 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_POWER_SYNC_BALANCING_AF),
      before: 'not-supported',
      change: set({ 'power.sync-balancing-factor': 2 }),
      after: { 'unsigned-int': 2 },
    },
  ],
};
