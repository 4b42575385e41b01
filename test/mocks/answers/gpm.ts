import { expect } from 'vitest';
import { H100, HALVES, PID } from './processes.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refusedUntilLost, set, setHost } from './table.ts';

/** `NVML_GPM_METRIC_…` */
const GRAPHICS_UTIL = 1, SM_UTIL = 2, ANY_TENSOR_UTIL = 5, DRAM_BW_UTIL = 10, FP64_UTIL = 11;
const NVDEC_6_UTIL = 36, NVDEC_7_UTIL = 37, NVJPG_0_UTIL = 40, NVOFA_0_UTIL = 50, NVENC_0_UTIL = 166;
const NVLINK_TOTAL_RX = 60, NVLINK_TOTAL_TX = 61, NVLINK_L0_RX = 62, NVLINK_L17_TX = 97, NVLINK_L18_RX = 212;

const SUPPORTED = { value: 0 }, NOT_SUPPORTED = { value: 3 };

const LINK_MIB_PER_SECOND = (26_562_000_000 * 0.5 * 0.2) / 2 ** 20;

type Take = (host: AnswerHost, gpmSample: bigint) => unknown;

const ofGpu: Take = ({ raw, device }, gpmSample) => raw.nvmlGpmSampleGet({ device, gpmSample });
const ofInstance = (gpuInstanceId: number): Take => ({ raw, device }, gpmSample) => raw.nvmlGpmMigSampleGet({ device, gpuInstanceId, gpmSample });

/** Metrics between two samples a second apart. */
function measured(ids: readonly number[], take: Take): AnswerRow['read'] {
  return async (host) => {
    const { raw, machine } = host;
    const [sample1, sample2] = [raw.nvmlGpmSampleAlloc({}).gpmSample, raw.nvmlGpmSampleAlloc({}).gpmSample];
    take(host, sample1);
    await machine.advance(1);
    take(host, sample2);
    const metrics = ids.map((metricId) => ({ metricId }));
    return raw.nvmlGpmMetricsGet({ metricsGet: { numMetrics: ids.length, sample1, sample2, metrics } }).metricsGet.metrics.slice(0, ids.length);
  };
}

/** One and the same sample at each reading. */
function kept(read: (host: AnswerHost, gpmSample: bigint) => unknown): Pick<AnswerRow, 'prepare' | 'read'> {
  let sample = 0n;
  return {
    prepare: ({ raw }) => {
      sample = raw.nvmlGpmSampleAlloc({}).gpmSample;
    },
    read: (host) => read(host, sample),
  };
}

const root = setHost({ 'host.permissions': 'root' });
const support: AnswerRow['read'] = ({ raw, device }) => raw.nvmlGpmQueryDeviceSupport({ device }).gpmSupport;
const stream = (state: number): AnswerRow['read'] => ({ raw, device }) => raw.nvmlGpmSetStreamingEnabled({ device, state });
const streaming: AnswerRow['read'] = ({ raw, device }) => raw.nvmlGpmQueryIfStreamingEnabled({ device });

const halves = { ...H100, options: { gpus: 1, attributes: HALVES.options.attributes } } as const;

export const gpmAnswers: AnswerTable = {
  nvmlGpmQueryDeviceSupport: [
    { ...H100, read: support, before: { isSupportedDevice: 1 }, change: set({ 'sessions.gpm-streaming': null }), after: { isSupportedDevice: 0 } },
    // Before Hopper.
    { read: support, ...refusedUntilLost('NOT_SUPPORTED') },
  ],
  nvmlGpmQueryIfStreamingEnabled: { ...H100, read: streaming, before: { state: 0 }, change: set({ 'sessions.gpm-streaming': true }), after: { state: 1 } },
  nvmlGpmSetStreamingEnabled: [
    { ...H100, prepare: root, read: streaming, before: { state: 0 }, change: stream(1), after: { state: 1 } },
    { ...H100, prepare: root, read: stream(2), ...refusedUntilLost('INVALID_ARGUMENT') },
  ],
  nvmlGpmSampleAlloc: {
    ...H100,
    read: ({ raw }) => typeof raw.nvmlGpmSampleAlloc({}).gpmSample,
    before: 'bigint',
    change: ({ machine }) => machine.inject({ kind: 'driver-not-loaded' }),
    after: { refused: 'DRIVER_NOT_LOADED' },
  },
  nvmlGpmSampleFree: { ...H100, ...kept(({ raw }, gpmSample) => raw.nvmlGpmSampleFree({ gpmSample })), before: {}, change: () => {}, after: { refused: 'INVALID_ARGUMENT' } },
  nvmlGpmSampleGet: [
    { ...H100, read: measured([GRAPHICS_UTIL], ofGpu), before: [{ value: 0 }], change: set({ 'load.gpu-percent': 64 }), after: [{ value: 64 }] },
    { ...kept(ofGpu), ...refusedUntilLost('NOT_SUPPORTED') },
  ],
  nvmlGpmMigSampleGet: [
    {
      ...halves,
      prepare: ({ machine }) => machine.addProcess({ gpu: 0, pid: PID, name: 'other', gpuInstance: 2, computeInstance: 0, smPercent: 7 }),
      read: measured([GRAPHICS_UTIL, DRAM_BW_UTIL, NVJPG_0_UTIL], ofInstance(1)),
      before: [{ value: 0 }, { value: 0 }, { value: 0 }],
      change: async ({ machine }) => {
        const usage = { smPercent: 60, memoryPercent: 20, jpegPercent: 4 };
        for (const pid of [PID + 1, PID + 2]) await machine.addProcess({ gpu: 0, pid, name: 'python3', gpuInstance: 1, computeInstance: 0, ...usage });
      },
      after: [{ value: 100 }, { value: 40 }, { value: 8 }],
    },
    { ...halves, ...kept(ofInstance(3)), ...refusedUntilLost('INVALID_ARGUMENT') },
    { ...H100, ...kept(ofInstance(1)), ...refusedUntilLost('NOT_SUPPORTED') },
  ],
  nvmlGpmMetricsGet: [
    {
      ...H100,
      read: measured([GRAPHICS_UTIL, SM_UTIL, ANY_TENSOR_UTIL, DRAM_BW_UTIL, FP64_UTIL, NVDEC_6_UTIL, NVJPG_0_UTIL, NVOFA_0_UTIL], ofGpu),
      before: Array(8).fill({ value: 0, nvmlReturn: SUPPORTED }),
      change: set({ 'load.gpu-percent': 80, 'load.memory-percent': 50, 'load.decoder-percent': 30, 'load.jpeg-percent': 20, 'load.ofa-percent': 10 }),
      after: [80, 76, 48, 50, 0, 30, 20, 10].map((value) => ({ value })),
    },
    // An H100 has seven decoders and no encoder.
    {
      ...H100,
      read: measured([NVDEC_7_UTIL, NVENC_0_UTIL], ofGpu),
      before: [{ nvmlReturn: NOT_SUPPORTED, metricInfo: { shortName: 0n } }, { nvmlReturn: NOT_SUPPORTED }],
      change: set({ 'sessions.decoders': 8, 'sessions.encoders': 1, 'load.encoder-percent': 5 }),
      after: [{ nvmlReturn: SUPPORTED }, { nvmlReturn: SUPPORTED, value: 5 }],
    },
    // Of its 18 links, 26,562 MB/s each way, one goes down while a fifth of half of that is used.
    {
      ...H100,
      read: measured([NVLINK_L0_RX, NVLINK_L17_TX, NVLINK_L18_RX, NVLINK_TOTAL_RX, NVLINK_TOTAL_TX], ofGpu),
      before: [{ value: 0, nvmlReturn: SUPPORTED }, { value: 0, nvmlReturn: SUPPORTED }, { nvmlReturn: NOT_SUPPORTED }, { value: 0 }, { value: 0 }],
      change: set({ 'load.gpu-percent': 50, 'nvlink.link.0.state': 'inactive' }),
      after: [
        { nvmlReturn: NOT_SUPPORTED }, { value: expect.closeTo(LINK_MIB_PER_SECOND) as number }, { nvmlReturn: NOT_SUPPORTED },
        { value: expect.closeTo(17 * LINK_MIB_PER_SECOND) as number }, { value: expect.closeTo(17 * LINK_MIB_PER_SECOND) as number },
      ],
    },
  ],
};
