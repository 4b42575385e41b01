import { readMember } from '../../../lib/abi/codec.ts';
import { vgpuSchedulerParams } from '../../../lib/abi/nvml/structs/vgpu-scheduler.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';
import { endDesktop, gpuInstance, SLICED, SLICED_6C, start, T4, T4_4Q } from './vgpu-host.ts';

const GRAPHICS = 1;
const NVENC0 = 3;
const BEST_EFFORT = 1;
const EQUAL_SHARE = 2;
const FIXED_SHARE = 3;
const ARR_OFF = 1;
const ARR_ON = 2;
/** 480 Hz, unless something else is chosen. */
const STANDARD_NS = 2_083_333;
const MS = 1_000_000;

interface V1 {
  readonly schedulerPolicy: number;
  readonly arrMode: number;
  readonly schedulerParams: { bytes: Uint8Array };
}
const plain = ({ schedulerPolicy, arrMode, schedulerParams }: V1) => ({
  policy: schedulerPolicy,
  arrMode,
  ...(arrMode === ARR_ON ? readMember(vgpuSchedulerParams, schedulerParams, 'vgpuSchedDataWithARR') : readMember(vgpuSchedulerParams, schedulerParams, 'vgpuSchedData')),
});

const state = ({ raw, device }: AnswerHost) => plain(raw.nvmlDeviceGetVgpuSchedulerState({ device }).pSchedulerState);
const stateV2 = (engineId: number) => ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetVgpuSchedulerState_v2({ device, pSchedulerStateInfo: { engineId } as never });
const instanceState = (host: AnswerHost) => plain(host.raw.nvmlGpuInstanceGetVgpuSchedulerState({ gpuInstance: gpuInstance(host), pSchedulerStateInfo: { engineId: GRAPHICS } as never }).pSchedulerStateInfo);
const instanceStateV2 = (host: AnswerHost) => host.raw.nvmlGpuInstanceGetVgpuSchedulerState_v2({ gpuInstance: gpuInstance(host), pSchedulerStateInfo: { engineId: GRAPHICS } as never });

const fixedSlices = (timeslice: number) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceSetVgpuSchedulerState({ device, pSchedulerState: { schedulerPolicy: FIXED_SHARE, enableARRMode: ARR_OFF, schedulerParams: { vgpuSchedData: { timeslice } } } });
const roundRobin = (avgFactor: number, frequency: number) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceSetVgpuSchedulerState({ device, pSchedulerState: { schedulerPolicy: EQUAL_SHARE, enableARRMode: ARR_ON, schedulerParams: { vgpuSchedDataWithARR: { avgFactor, frequency } } } });
const setV2 = (engineId: number, frequency: number) => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceSetVgpuSchedulerState_v2({ device, pSchedulerState: { engineId, schedulerPolicy: EQUAL_SHARE, avgFactor: 0, frequency } });
const setInstance = (timeslice: number) => (host: AnswerHost) =>
  host.raw.nvmlGpuInstanceSetVgpuSchedulerState({
    gpuInstance: gpuInstance(host),
    pScheduler: { engineId: GRAPHICS, schedulerPolicy: FIXED_SHARE, enableARRMode: ARR_OFF, schedulerParams: { vgpuSchedData: { timeslice } } } as never,
  });
/** Set while nothing runs; parameters show once something does. */
const thenStart = (set: (host: AnswerHost) => unknown, type: number) => async (host: AnswerHost) => {
  set(host);
  await start(type)(host);
};

interface Log {
  readonly entriesCount: number;
  readonly logEntries: readonly { readonly timestamp: bigint; readonly timeRun: bigint; readonly timeRunTotal: bigint; readonly targetTimeSlice: bigint; readonly swRunlistId: number; readonly weight?: number }[];
}
/** How many slices there are, whose the last two are, and whether each follows the one before. */
const summary = ({ entriesCount, logEntries }: Log) => {
  const written = logEntries.slice(0, entriesCount);
  const [before, last] = written.slice(-2);
  return {
    slices: entriesCount,
    lists: new Set(written.map(({ swRunlistId }) => swRunlistId)).size,
    run: last?.timeRun,
    target: last?.targetTimeSlice,
    apart: last !== undefined && before !== undefined ? last.timestamp - before.timestamp : undefined,
    weight: last?.weight,
  };
};
const log = ({ raw, device }: AnswerHost) => summary(raw.nvmlDeviceGetVgpuSchedulerLog({ device }).pSchedulerLog);
const logV2 = ({ raw, device }: AnswerHost) => summary(raw.nvmlDeviceGetVgpuSchedulerLog_v2({ device, pSchedulerLogInfo: { engineId: GRAPHICS } as never }).pSchedulerLogInfo);
const instanceLog = (host: AnswerHost) => summary(host.raw.nvmlGpuInstanceGetVgpuSchedulerLog({ gpuInstance: gpuInstance(host), pSchedulerLogInfo: { engineId: GRAPHICS } as never }).pSchedulerLogInfo);
const instanceLogV2 = (host: AnswerHost) => summary(host.raw.nvmlGpuInstanceGetVgpuSchedulerLog_v2({ gpuInstance: gpuInstance(host), pSchedulerLogInfo: { engineId: GRAPHICS } as never }).pSchedulerLogInfo);
/** So long after the boot the log is full. */
const later = (host: AnswerHost) => host.machine.advance(10);

export const vgpuSchedulerAnswers: AnswerTable = {
  nvmlDeviceGetVgpuSchedulerState: [
    { ...T4, read: state, before: { policy: BEST_EFFORT, arrMode: ARR_OFF, timeslice: STANDARD_NS }, change: set({ 'vgpu.scheduler.policy': 'fixed-share', 'vgpu.scheduler.timeslice-ns': 5 * MS }), after: { policy: FIXED_SHARE, timeslice: 5 * MS } },
    // Nothing is scheduled while no VM runs.
    { ...T4, read: state, before: { timeslice: STANDARD_NS }, change: endDesktop, after: { policy: BEST_EFFORT, timeslice: 0 } },
  ],
  nvmlDeviceGetVgpuSchedulerState_v2: [
    { ...T4, read: stateV2(GRAPHICS), before: { pSchedulerStateInfo: { schedulerPolicy: BEST_EFFORT, avgFactor: 0, timeslice: STANDARD_NS } }, change: set({ 'vgpu.scheduler.policy': 'equal-share', 'vgpu.scheduler.average-factor': 20 }), after: { pSchedulerStateInfo: { schedulerPolicy: EQUAL_SHARE, avgFactor: 20 } } },
    { ...T4, read: stateV2(4), before: refused('INVALID_ARGUMENT'), change: (host) => host.machine.inject({ kind: 'gpu-lost', gpu: 0 }), after: refused('GPU_IS_LOST') },
  ],
  nvmlDeviceSetVgpuSchedulerState: [
    { ...T4, prepare: endDesktop, read: state, before: { policy: BEST_EFFORT }, change: thenStart(fixedSlices(8 * MS), T4_4Q), after: { policy: FIXED_SHARE, arrMode: ARR_OFF, timeslice: 8 * MS } },
    { ...T4, prepare: endDesktop, read: state, before: { policy: BEST_EFFORT }, change: thenStart(roundRobin(20, 500), T4_4Q), after: { policy: EQUAL_SHARE, arrMode: ARR_ON, avgFactor: 20, timeslice: 2 * MS } },
    { ...T4, prepare: endDesktop, read: fixedSlices(31 * MS), before: refused('INVALID_ARGUMENT'), change: set({ 'vgpu.scheduler.limits.timeslice-most-ns': 40 * MS }), after: {} },
    { ...T4, prepare: endDesktop, read: roundRobin(61, 0), before: refused('INVALID_ARGUMENT'), change: set({ 'vgpu.scheduler.limits.average-factor-most': 61 }), after: {} },
    // Not while a VM runs.
    { ...T4, read: fixedSlices(8 * MS), before: refused('NOT_SUPPORTED'), change: endDesktop, after: {} },
  ],
  nvmlDeviceSetVgpuSchedulerState_v2: [
    { ...T4, prepare: endDesktop, read: stateV2(GRAPHICS), before: { pSchedulerStateInfo: { schedulerPolicy: BEST_EFFORT } }, change: thenStart(setV2(GRAPHICS, 100), T4_4Q), after: { pSchedulerStateInfo: { schedulerPolicy: EQUAL_SHARE, avgFactor: 33, timeslice: 10 * MS } } },
    { ...T4, prepare: endDesktop, read: setV2(NVENC0, 100), before: refused('NOT_SUPPORTED'), change: setHost({ 'host.permissions': 'user' }), after: refused('NO_PERMISSION') },
  ],
  nvmlDeviceGetVgpuSchedulerCapabilities: {
    ...T4,
    read: ({ raw, device }) => raw.nvmlDeviceGetVgpuSchedulerCapabilities({ device }),
    before: {
      pCapabilities: {
        supportedSchedulers: [BEST_EFFORT, EQUAL_SHARE, FIXED_SHARE], minTimeslice: MS, maxTimeslice: 30 * MS, isArrModeSupported: 1,
        minFrequencyForARR: 63, maxFrequencyForARR: 960, minAvgFactorForARR: 1, maxAvgFactorForARR: 60,
      },
    },
    change: set({ 'vgpu.scheduler.limits.adaptive-round-robin': false }),
    after: { pCapabilities: { isArrModeSupported: 0 } },
  },
  nvmlDeviceGetVgpuSchedulerLog: [
    // The desktop is busy for 23 % of its slices; with a second VM the two take turns.
    { ...T4, prepare: later, read: log, before: { slices: 200, lists: 1, run: 479_166n, target: BigInt(STANDARD_NS), apart: BigInt(STANDARD_NS) }, change: start(T4_4Q), after: { slices: 200, lists: 2 } },
    { ...T4, prepare: later, read: log, before: { slices: 200 }, change: endDesktop, after: { slices: 0 } },
  ],
  nvmlDeviceGetVgpuSchedulerLog_v2: { ...T4, prepare: later, read: logV2, before: { slices: 200, run: 479_166n, weight: 1 }, change: set({ 'vgpu.scheduler.policy': 'equal-share', 'vgpu.scheduler.timeslice-ns': 4 * MS }), after: { run: 4_000_000n, apart: 4_000_000n } },
  nvmlGpuInstanceGetVgpuSchedulerState: [
    { ...SLICED, read: instanceState, before: { policy: BEST_EFFORT, timeslice: 0 }, change: start(SLICED_6C), after: { policy: BEST_EFFORT, timeslice: STANDARD_NS } },
    { ...SLICED, read: instanceState, before: {}, change: set({ 'vgpu.mig-timeslicing': false }), after: refused('NOT_SUPPORTED') },
  ],
  nvmlGpuInstanceGetVgpuSchedulerState_v2: { ...SLICED, read: instanceStateV2, before: { pSchedulerStateInfo: { timeslice: 0 } }, change: start(SLICED_6C), after: { pSchedulerStateInfo: { timeslice: STANDARD_NS } } },
  nvmlGpuInstanceSetVgpuSchedulerState: [
    { ...SLICED, read: instanceState, before: { policy: BEST_EFFORT }, change: thenStart(setInstance(3 * MS), SLICED_6C), after: { policy: FIXED_SHARE, timeslice: 3 * MS } },
    { ...SLICED, read: setInstance(3 * MS), before: {}, change: start(SLICED_6C), after: refused('NOT_SUPPORTED') },
  ],
  nvmlGpuInstanceSetVgpuSchedulerState_v2: {
    ...SLICED,
    read: instanceStateV2,
    before: { pSchedulerStateInfo: { schedulerPolicy: BEST_EFFORT } },
    change: (host) => host.raw.nvmlGpuInstanceSetVgpuSchedulerState_v2({ gpuInstance: gpuInstance(host), pSchedulerState: { engineId: GRAPHICS, schedulerPolicy: EQUAL_SHARE, avgFactor: 0, frequency: 0 } }),
    after: { pSchedulerStateInfo: { schedulerPolicy: EQUAL_SHARE } },
  },
  nvmlGpuInstanceGetVgpuSchedulerLog: { ...SLICED, read: instanceLog, before: { slices: 0 }, change: (host) => thenStart(() => later(host), SLICED_6C)(host), after: { lists: 1, target: BigInt(STANDARD_NS) } },
  nvmlGpuInstanceGetVgpuSchedulerLog_v2: { ...SLICED, read: instanceLogV2, before: { slices: 0 }, change: (host) => thenStart(() => later(host), SLICED_6C)(host), after: { lists: 1, target: BigInt(STANDARD_NS), weight: 1 } },
};
