import { oneGpu } from '../one-gpu.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const busy = set({ 'load.gpu-percent': 100, 'clocks.graphics-mhz': 1410, 'clocks.sm-mhz': 1410 });
const T4 = { profile: 't4-4' } as const;
const RTX_3090 = { profile: 'rtx-3090-2' } as const;
const B200 = { profile: oneGpu('b200-sxm-180') } as const;

const ON = { name: 'enabled' } as const;
const OFF = { name: 'disabled' } as const;

const graphicsNow = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetClockInfo({ device, type: 'graphics' });
const smNow = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetClockInfo({ device, type: 'sm' });
const memoryNow = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetClockInfo({ device, type: 'mem' });
const applicationGraphics = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetApplicationsClock({ device, clockType: 'graphics' });
const autoBoost = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetAutoBoostedClocksEnabled({ device });
const hasAutoBoost = set({ 'clocks.auto-boost': true, 'clocks.default-auto-boost': true });

export const clocksAnswers: AnswerTable = {
  nvmlDeviceGetClockInfo: [
    { read: smNow, before: { clock: 210 }, change: busy, after: { clock: 1410 } },
    { ...T4, read: memoryNow, before: { clock: 405 }, change: set({ 'load.pattern': 'steady' }), after: { clock: 5001 } },
  ],
  nvmlDeviceGetMaxClockInfo: {
    read: ({ raw, device }) => raw.nvmlDeviceGetMaxClockInfo({ device, type: 'video' }),
    before: { clock: 1290 },
    change: set({ 'clocks.maximum-video-mhz': 1275 }),
    after: { clock: 1275 },
  },
  nvmlDeviceGetClock: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetClock({ device, clockType: 'graphics', clockId: 'current' }),
      before: { clockMHz: 210 },
      change: busy,
      after: { clockMHz: 1410 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetClock({ device, clockType: 'mem', clockId: 'app-clock-target' }),
      before: { clockMHz: 1593 },
      change: set({ 'clocks.application-memory-mhz': null }),
      after: refused('NOT_SUPPORTED'),
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetClock({ device, clockType: 'sm', clockId: 'app-clock-default' }),
      before: { clockMHz: 1275 },
      change: set({ 'clocks.default-application-graphics-mhz': 1095 }),
      after: { clockMHz: 1095 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetClock({ device, clockType: 'graphics', clockId: 'customer-boost-max' }),
      before: { clockMHz: 1410 },
      change: set({ 'clocks.customer-boost-graphics-mhz': 1380 }),
      after: { clockMHz: 1380 },
    },
  ],
  nvmlDeviceGetMaxCustomerBoostClock: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetMaxCustomerBoostClock({ device, clockType: 'graphics' }),
      before: { clockMHz: 1410 },
      change: set({ 'clocks.customer-boost-graphics-mhz': 1395 }),
      after: { clockMHz: 1395 },
    },
    {
      ...RTX_3090,
      read: ({ raw, device }) => raw.nvmlDeviceGetMaxCustomerBoostClock({ device, clockType: 'graphics' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'clocks.customer-boost-graphics-mhz': 2100 }),
      after: { clockMHz: 2100 },
    },
  ],
  nvmlDeviceGetApplicationsClock: [
    { read: applicationGraphics, before: { clockMHz: 1275 }, change: set({ 'clocks.application-graphics-mhz': 1095 }), after: { clockMHz: 1095 } },
    { ...RTX_3090, read: applicationGraphics, before: refused('NOT_SUPPORTED'), change: set({ 'clocks.application-graphics-mhz': 1695 }), after: { clockMHz: 1695 } },
  ],
  nvmlDeviceGetDefaultApplicationsClock: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetDefaultApplicationsClock({ device, clockType: 'graphics' }),
    before: { clockMHz: 585 },
    change: set({ 'clocks.default-application-graphics-mhz': 600 }),
    after: { clockMHz: 600 },
  },
  nvmlDeviceSetApplicationsClocks: [
    {
      prepare: busy,
      read: graphicsNow,
      before: { clock: 1410 },
      change: ({ raw, device }) => raw.nvmlDeviceSetApplicationsClocks({ device, memClockMHz: 1593, graphicsClockMHz: 1095 }),
      after: { clock: 1095 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetApplicationsClocks({ device, memClockMHz: 1215, graphicsClockMHz: 1095 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'clocks.memory-clock.0.mhz': 1215 }),
      after: {},
    },
  ],
  nvmlDeviceResetApplicationsClocks: {
    prepare: set({ 'clocks.application-graphics-mhz': 900 }),
    read: applicationGraphics,
    before: { clockMHz: 900 },
    change: ({ raw, device }) => raw.nvmlDeviceResetApplicationsClocks({ device }),
    after: { clockMHz: 1275 },
  },
  nvmlDeviceGetSupportedMemoryClocks: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetSupportedMemoryClocks({ device }),
    before: { clocksMHz: [5001, 405] },
    change: set({ 'clocks.memory-clock.0.mhz': 4001 }),
    after: { clocksMHz: [4001, 405] },
  },
  nvmlDeviceGetSupportedGraphicsClocks: [
    {
      ...B200,
      read: ({ raw, device }) => raw.nvmlDeviceGetSupportedGraphicsClocks({ device, memoryClockMHz: 3996 }).clocksMHz.slice(0, 4),
      before: [1965, 1957, 1950, 1942],
      change: set({ 'clocks.memory-clock.0.graphics-maximum-mhz': 1942 }),
      after: [1942, 1935, 1927, 1920],
    },
    {
      ...T4,
      read: ({ raw, device }) => raw.nvmlDeviceGetSupportedGraphicsClocks({ device, memoryClockMHz: 5000 }),
      before: refused('NOT_FOUND'),
      change: set({ 'clocks.memory-clock.1.mhz': 5000, 'clocks.memory-clock.1.graphics-minimum-mhz': 615 }),
      after: { clocksMHz: [645, 630, 615] },
    },
  ],
  nvmlDeviceGetAutoBoostedClocksEnabled: [
    { read: autoBoost, before: refused('NOT_SUPPORTED'), change: hasAutoBoost, after: { isEnabled: ON, defaultIsEnabled: ON } },
  ],
  nvmlDeviceSetAutoBoostedClocksEnabled: {
    prepare: hasAutoBoost,
    read: autoBoost,
    before: { isEnabled: ON },
    change: ({ raw, device }) => raw.nvmlDeviceSetAutoBoostedClocksEnabled({ device, enabled: 'disabled' }),
    after: { isEnabled: OFF, defaultIsEnabled: ON },
  },
  nvmlDeviceSetDefaultAutoBoostedClocksEnabled: {
    prepare: hasAutoBoost,
    read: autoBoost,
    before: { defaultIsEnabled: ON },
    change: ({ raw, device }) => raw.nvmlDeviceSetDefaultAutoBoostedClocksEnabled({ device, enabled: 'disabled', flags: 0 }),
    after: { isEnabled: OFF, defaultIsEnabled: OFF },
  },
  nvmlDeviceSetGpuLockedClocks: [
    {
      prepare: busy,
      read: graphicsNow,
      before: { clock: 1410 },
      change: ({ raw, device }) => raw.nvmlDeviceSetGpuLockedClocks({ device, minGpuClockMHz: 900, maxGpuClockMHz: 1005 }),
      after: { clock: 1005 },
    },
    {
      read: smNow,
      before: { clock: 210 },
      change: ({ raw, device }) => raw.nvmlDeviceSetGpuLockedClocks({ device, minGpuClockMHz: 900, maxGpuClockMHz: 1005 }),
      after: { clock: 900 },
    },
  ],
  nvmlDeviceResetGpuLockedClocks: {
    prepare: set({ 'clocks.locked-graphics-minimum-mhz': 900, 'clocks.locked-graphics-maximum-mhz': 900 }),
    read: graphicsNow,
    before: { clock: 900 },
    change: ({ raw, device }) => raw.nvmlDeviceResetGpuLockedClocks({ device }),
    after: { clock: 210 },
  },
  nvmlDeviceSetMemoryLockedClocks: [
    {
      profile: 'l40s-8',
      read: memoryNow,
      before: { clock: 405 },
      change: ({ raw, device }) => raw.nvmlDeviceSetMemoryLockedClocks({ device, minMemClockMHz: 9001, maxMemClockMHz: 9001 }),
      after: { clock: 9001 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetMemoryLockedClocks({ device, minMemClockMHz: 1593, maxMemClockMHz: 1593 }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'clocks.memory-switch': 'runtime' }),
      after: {},
    },
  ],
  nvmlDeviceResetMemoryLockedClocks: {
    profile: 'l40s-8',
    prepare: set({ 'clocks.locked-memory-minimum-mhz': 9001, 'clocks.locked-memory-maximum-mhz': 9001 }),
    read: memoryNow,
    before: { clock: 9001 },
    change: ({ raw, device }) => raw.nvmlDeviceResetMemoryLockedClocks({ device }),
    after: { clock: 405 },
  },
  nvmlDeviceGetAdaptiveClockInfoStatus: {
    read: ({ raw, device }) => raw.nvmlDeviceGetAdaptiveClockInfoStatus({ device }),
    before: { adaptiveClockStatus: 1 },
    change: set({ 'clocks.adaptive': false }),
    after: { adaptiveClockStatus: 0 },
  },
  nvmlDeviceGetClkMonStatus: {
    read: ({ raw, device }) => {
      const { status } = raw.nvmlDeviceGetClkMonStatus({ device });
      return { global: status.bGlobalStatus, faults: status.clkMonList.slice(0, status.clkMonListSize) };
    },
    before: { global: 0, faults: [] },
    change: set({ 'clocks.monitor.2.domain': 16, 'clocks.monitor.2.fault-mask': 3 }),
    after: { global: 1, faults: [{ clkApiDomain: 16, clkDomainFaultMask: 3 }] },
  },
};
