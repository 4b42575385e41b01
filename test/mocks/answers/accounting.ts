import { expect } from 'vitest';
import { add, PID } from './processes.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const on = set({ 'accounting.mode': true });

const root = setHost({ 'host.permissions': 'root' });

/** A process of a thousand seconds, and of the few that a busy test machine adds, on a GPU with accounting. */
async function run(host: AnswerHost): Promise<void> {
  await on(host);
  await add({ smPercent: 81, memoryPercent: 30 })(host);
  await host.machine.advance(1000);
}

/** Within a few per cent. */
const about = (number: number): unknown => expect.closeTo(number, 1 - Math.floor(Math.log10(number)));

const end = ({ machine }: AnswerHost) => machine.removeProcess(PID);

export const accountingAnswers: AnswerTable = {
  nvmlDeviceGetAccountingMode: [
    { read: ({ raw, device }) => raw.nvmlDeviceGetAccountingMode({ device }), before: { mode: { value: 0 } }, change: on, after: { mode: { value: 1 } } },
    { read: ({ raw, device }) => raw.nvmlDeviceGetAccountingMode({ device }), before: { mode: { value: 0 } }, change: set({ 'accounting.mode': null }), after: refused('NOT_SUPPORTED') },
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
      prepare: run,
      read: ({ raw, device }) => raw.nvmlDeviceGetAccountingStats({ device, pid: PID }).stats,
      before: { isRunning: 1, time: 0n, gpuUtilization: 81, memoryUtilization: 30, maxMemoryUsage: 4n << 30n },
      change: end,
      after: { isRunning: 0, gpuUtilization: 81, memoryUtilization: 30, maxMemoryUsage: 4n << 30n },
    },
    { prepare: on, read: ({ raw, device }) => raw.nvmlDeviceGetAccountingStats({ device, pid: PID }).stats, before: refused('NOT_FOUND'), change: add(), after: { isRunning: 1 } },
  ],
  nvmlDeviceGetAccountingStats_v2: {
    prepare: run,
    read: ({ raw, device }) => {
      const { stats } = raw.nvmlDeviceGetAccountingStats_v2({ device, stats: { pid: PID } });
      return { ...stats, sumGpuUtil: Number(stats.sumGpuUtil), sumFbUtil: Number(stats.sumFbUtil) };
    },
    before: { pid: PID, isRunning: 1, gpuUtilization: 81, sampleCount: about(1001), sumGpuUtil: about(81_000), sumFbUtil: about(30_000) },
    change: async ({ machine }) => {
      await machine.setProcess(0, PID, { smPercent: 0, memoryBytes: 6n << 30n });
      await machine.advance(1000);
    },
    after: { gpuUtilization: 40, memoryUtilization: 30, maxMemoryUsage: 6n << 30n, sampleCount: about(2001), sumGpuUtil: about(81_000), sumFbUtil: about(60_000), time: 0n },
  },
  nvmlDeviceClearAccountingPids: {
    prepare: async (host) => {
      await root(host);
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
