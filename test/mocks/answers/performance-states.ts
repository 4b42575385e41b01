import { refused, set } from './table.ts';
import type { AnswerHost, AnswerTable } from './table.ts';

const RTX_3090 = { profile: 'rtx-3090-2' } as const;
const T4 = { profile: 't4-4' } as const;

const offset = (pstate: 'p0' | 'p8', type: 'graphics' | 'mem' = 'graphics') => ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetClockOffsets({ device, info: { type, pstate } });
const works = set({ 'load.gpu-percent': 90, 'clocks.graphics-mhz': 1590, 'clocks.memory-mhz': 5001 });

export const performanceStateAnswers: AnswerTable = {
  nvmlDeviceGetPerformanceState: [
    {
      ...T4,
      read: ({ raw, device }) => raw.nvmlDeviceGetPerformanceState({ device }),
      before: { pState: { name: 'p8' } },
      change: works,
      after: { pState: { name: 'p0' } },
    },
    {
      ...RTX_3090,
      read: ({ raw, device }) => raw.nvmlDeviceGetPerformanceState({ device }),
      before: { pState: { name: 'p8' } },
      change: set({ 'clocks.memory-mhz': 9501 }),
      after: { pState: { name: 'p2' } },
    },
  ],
  nvmlDeviceGetPowerState: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPowerState({ device }),
    before: { pState: { name: 'p0' } },
    change: set({ 'clocks.forced-performance-state': 'p12' }),
    after: { pState: { name: 'p12' } },
  },
  nvmlDeviceGetSupportedPerformanceStates: {
    ...RTX_3090,
    read: ({ raw, device }) => raw.nvmlDeviceGetSupportedPerformanceStates({ device }).pstates.map(({ value }) => value),
    before: [0, 2, 3, 5, 8, ...Array<number>(11).fill(32)],
    change: set({ 'clocks.performance-state.4.number': null }),
    after: [0, 2, 3, 5, ...Array<number>(12).fill(32)],
  },
  nvmlDeviceGetMinMaxClockOfPState: [
    {
      ...T4,
      read: ({ raw, device }) => raw.nvmlDeviceGetMinMaxClockOfPState({ device, type: 'sm', pstate: 'p8' }),
      before: { minClockMHz: 300, maxClockMHz: 645 },
      change: set({ 'clocks.performance-state.1.graphics-maximum-mhz': 660 }),
      after: { minClockMHz: 300, maxClockMHz: 660 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetMinMaxClockOfPState({ device, type: 'mem', pstate: 'p8' }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'clocks.performance-state.0.number': 8 }),
      after: { minClockMHz: 1593, maxClockMHz: 1593 },
    },
  ],
  nvmlDeviceGetDynamicPstatesInfo: {
    read: ({ raw, device }) => raw.nvmlDeviceGetDynamicPstatesInfo({ device }).pDynamicPstatesInfo.utilization.map(({ bIsPresent, percentage }) => [bIsPresent, percentage]),
    before: [[1, 0], [1, 0], [1, 0], [1, 0], [0, 0], [0, 0], [0, 0], [0, 0]],
    change: set({ 'load.gpu-percent': 81, 'load.memory-percent': 37, 'load.decoder-percent': 12 }),
    after: [[1, 81], [1, 37], [1, 12], [1, 0], [0, 0], [0, 0], [0, 0], [0, 0]],
  },
  nvmlDeviceGetPerformanceModes: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetPerformanceModes({ device, perfModes: {} }).perfModes.str,
    before:
      'perf=0, nvclock=300, nvclockmin=300, nvclockmax=645, nvclockeditable=0, memclock=405, memclockmin=405, memclockmax=405, memclockeditable=0, ' +
      'memtransferrate=810, memtransferratemin=810, memtransferratemax=810, memtransferrateeditable=0 ; ' +
      'perf=1, nvclock=300, nvclockmin=300, nvclockmax=1590, nvclockeditable=0, memclock=5001, memclockmin=5001, memclockmax=5001, memclockeditable=0, ' +
      'memtransferrate=10002, memtransferratemin=10002, memtransferratemax=10002, memtransferrateeditable=0',
    change: set({ 'clocks.performance-state.1.number': null, 'clocks.performance-state.0.graphics-offset-mhz': 10, 'clocks.graphics-offset-minimum-mhz': -100 }),
    after:
      'perf=0, nvclock=310, nvclockmin=310, nvclockmax=1600, nvclockeditable=1, memclock=5001, memclockmin=5001, memclockmax=5001, memclockeditable=0, ' +
      'memtransferrate=10002, memtransferratemin=10002, memtransferratemax=10002, memtransferrateeditable=0',
  },
  nvmlDeviceGetCurrentClockFreqs: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetCurrentClockFreqs({ device, currentClockFreqs: {} }).currentClockFreqs.str.split(', memtransferrate')[0],
    before: 'nvclock=300, nvclockmin=300, nvclockmax=645, nvclockeditable=0, memclock=405, memclockmin=405, memclockmax=405, memclockeditable=0',
    change: works,
    after: 'nvclock=1590, nvclockmin=300, nvclockmax=1590, nvclockeditable=0, memclock=5001, memclockmin=5001, memclockmax=5001, memclockeditable=0',
  },
  nvmlDeviceGetGpcClkVfOffset: {
    ...RTX_3090,
    read: ({ raw, device }) => raw.nvmlDeviceGetGpcClkVfOffset({ device }),
    before: { offset: 0 },
    change: set({ 'clocks.performance-state.0.graphics-offset-mhz': -120 }),
    after: { offset: -120 },
  },
  nvmlDeviceGetMemClkVfOffset: {
    ...RTX_3090,
    read: ({ raw, device }) => raw.nvmlDeviceGetMemClkVfOffset({ device }),
    before: { offset: 0 },
    change: set({ 'clocks.performance-state.0.memory-offset-mhz': 500 }),
    after: { offset: 500 },
  },
  nvmlDeviceGetGpcClkMinMaxVfOffset: {
    read: ({ raw, device }) => raw.nvmlDeviceGetGpcClkMinMaxVfOffset({ device }),
    before: refused('NOT_SUPPORTED'),
    change: set({ 'clocks.graphics-offset-minimum-mhz': -200, 'clocks.graphics-offset-maximum-mhz': 200 }),
    after: { minOffset: -200, maxOffset: 200 },
  },
  nvmlDeviceGetMemClkMinMaxVfOffset: {
    ...RTX_3090,
    read: ({ raw, device }) => raw.nvmlDeviceGetMemClkMinMaxVfOffset({ device }),
    before: { minOffset: -2000, maxOffset: 6000 },
    change: set({ 'clocks.memory-offset-maximum-mhz': 3000 }),
    after: { minOffset: -2000, maxOffset: 3000 },
  },
  nvmlDeviceSetGpcClkVfOffset: [
    {
      ...RTX_3090,
      read: offset('p8'),
      before: { info: { clockOffsetMHz: 0 } },
      change: ({ raw, device }) => raw.nvmlDeviceSetGpcClkVfOffset({ device, offset: 75 }),
      after: { info: { clockOffsetMHz: 75 } },
    },
    {
      ...RTX_3090,
      read: ({ raw, device }) => raw.nvmlDeviceSetGpcClkVfOffset({ device, offset: 1001 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'clocks.graphics-offset-maximum-mhz': 1500 }),
      after: {},
    },
  ],
  nvmlDeviceSetMemClkVfOffset: {
    ...RTX_3090,
    read: offset('p0', 'mem'),
    before: { info: { clockOffsetMHz: 0 } },
    change: ({ raw, device }) => raw.nvmlDeviceSetMemClkVfOffset({ device, offset: 1000 }),
    after: { info: { clockOffsetMHz: 1000 } },
  },
  nvmlDeviceGetClockOffsets: [
    {
      ...RTX_3090,
      read: offset('p8'),
      before: { info: { clockOffsetMHz: 0, minClockOffsetMHz: -1000, maxClockOffsetMHz: 1000 } },
      change: set({ 'clocks.performance-state.4.graphics-offset-mhz': 30 }),
      after: { info: { clockOffsetMHz: 30 } },
    },
    {
      read: offset('p8'),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'clocks.graphics-offset-minimum-mhz': 0, 'clocks.graphics-offset-maximum-mhz': 90 }),
      after: refused('INVALID_ARGUMENT'),
    },
  ],
  nvmlDeviceSetClockOffsets: {
    ...RTX_3090,
    read: (host) => [offset('p0')(host).info.clockOffsetMHz, offset('p8')(host).info.clockOffsetMHz],
    before: [0, 0],
    change: ({ raw, device }) => raw.nvmlDeviceSetClockOffsets({ device, info: { type: 'graphics', pstate: 'p8', clockOffsetMHz: -60, minClockOffsetMHz: 0, maxClockOffsetMHz: 0 } }),
    after: [0, -60],
  },
};
