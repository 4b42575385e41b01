import { add, PID } from './processes.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const FROZEN = { options: { gpus: 2, attributes: { 'host.permissions': 'root', 'host.clock-frozen': true } } } as const;

const on = set({ 'accounting.mode': true });

const root = setHost({ 'host.permissions': 'root' });

/** A process of ten seconds on a GPU with accounting. */
async function run(host: AnswerHost): Promise<void> {
  await on(host);
  await add({ smPercent: 80, memoryPercent: 30 })(host);
  await host.machine.advance(10);
}

const end = ({ machine }: AnswerHost) => machine.removeProcess(PID);

const mode: AnswerRow['read'] = ({ raw, device }) => raw.nvmlDeviceGetAccountingMode({ device }).mode;

export const accountingAnswers: AnswerTable = {
  nvmlDeviceGetAccountingMode: [
    { read: mode, before: { value: 0 }, change: on, after: { value: 1 } },
    { read: mode, before: { value: 0 }, change: set({ 'accounting.mode': null }), after: refused('NOT_SUPPORTED') },
  ],
  nvmlDeviceSetAccountingMode: [
    {
      prepare: root,
      read: async ({ machine }) => (await machine.attributes(0)).find(({ name }) => name === 'gpu.0.accounting.mode'),
      before: { value: 'off' },
      change: ({ raw, device }) => raw.nvmlDeviceSetAccountingMode({ device, mode: 1 }),
      after: { value: 'on' },
    },
    {
      prepare: root,
      read: ({ raw, device }) => raw.nvmlDeviceSetAccountingMode({ device, mode: 2 }),
      before: refused('INVALID_ARGUMENT'),
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlDeviceGetAccountingBufferSize: {
    read: ({ raw, device }) => raw.nvmlDeviceGetAccountingBufferSize({ device }),
    before: { bufferSize: 128 },
    change: set({ 'accounting.mode': null }),
    after: refused('NOT_SUPPORTED'),
  },
  nvmlDeviceGetAccountingPids: [
    { prepare: on, read: ({ raw, device }) => raw.nvmlDeviceGetAccountingPids({ device }), before: { count: 0 }, change: add(), after: { count: 1, pids: [PID] } },
    { read: ({ raw, device }) => raw.nvmlDeviceGetAccountingPids({ device }), before: refused('NOT_SUPPORTED'), change: on, after: { count: 0, pids: [] } },
  ],
  nvmlDeviceGetAccountingStats: [
    {
      ...FROZEN,
      prepare: run,
      read: ({ raw, device }) => raw.nvmlDeviceGetAccountingStats({ device, pid: PID }).stats,
      before: { isRunning: 1, time: 0n, gpuUtilization: 80, memoryUtilization: 30, maxMemoryUsage: 4n << 30n },
      change: end,
      after: { isRunning: 0, time: 10_000n, gpuUtilization: 80, memoryUtilization: 30, maxMemoryUsage: 4n << 30n },
    },
    { prepare: on, read: ({ raw, device }) => raw.nvmlDeviceGetAccountingStats({ device, pid: PID }).stats, before: refused('NOT_FOUND'), change: add(), after: { isRunning: 1 } },
  ],
  nvmlDeviceGetAccountingStats_v2: {
    ...FROZEN,
    prepare: run,
    read: ({ raw, device }) => raw.nvmlDeviceGetAccountingStats_v2({ device, stats: { pid: PID } }).stats,
    before: { pid: PID, isRunning: 1, gpuUtilization: 80, sampleCount: 11, sumGpuUtil: 880n, sumFbUtil: 330n, time: 0n },
    change: async ({ machine }) => {
      await machine.setProcess(0, PID, { smPercent: 0, memoryBytes: 6n << 30n });
      await machine.advance(11);
    },
    after: { gpuUtilization: 40, memoryUtilization: 30, maxMemoryUsage: 6n << 30n, sampleCount: 22, sumGpuUtil: 880n, sumFbUtil: 660n, time: 0n },
  },
  nvmlDeviceClearAccountingPids: {
    ...FROZEN,
    prepare: async (host) => {
      await run(host);
      await end(host);
      await add({ pid: PID + 1 })(host);
    },
    read: ({ raw, device }) => raw.nvmlDeviceGetAccountingPids({ device }),
    before: { pids: [PID, PID + 1] },
    change: ({ raw, device }) => raw.nvmlDeviceClearAccountingPids({ device }),
    after: { pids: [PID + 1] },
  },
};
