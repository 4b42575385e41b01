import type { AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const GIB = 1n << 30n, MIB = 1n << 20n;

export const memoryAnswers: AnswerTable = {
  // What the driver keeps for itself counts as used in the first version, and apart in the second.
  nvmlDeviceGetMemoryInfo: {
    profile: 'tesla-v100-8',
    read: ({ raw, device }) => raw.nvmlDeviceGetMemoryInfo({ device }),
    before: { memory: { total: 32n * GIB, used: 326n * MIB, free: 32n * GIB - 326n * MIB } },
    change: set({ 'memory.used-bytes': 8n * GIB }),
    after: { memory: { total: 32n * GIB, used: 8n * GIB + 326n * MIB, free: 24n * GIB - 326n * MIB } },
  },
  nvmlDeviceGetMemoryInfo_v2: {
    profile: 'tesla-v100-8',
    read: ({ raw, device }) => raw.nvmlDeviceGetMemoryInfo_v2({ device, memory: {} }),
    before: { memory: { total: 32n * GIB, reserved: 326n * MIB, used: 0n, free: 32n * GIB - 326n * MIB } },
    change: set({ 'memory.used-bytes': 8n * GIB }),
    after: { memory: { total: 32n * GIB, reserved: 326n * MIB, used: 8n * GIB, free: 24n * GIB - 326n * MIB } },
  },
  nvmlDeviceGetUtilizationRates: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetUtilizationRates({ device }),
      before: { utilization: { gpu: 0, memory: 0 } },
      change: set({ 'load.gpu-percent': 97, 'load.memory-percent': 41 }),
      after: { utilization: { gpu: 97, memory: 41 } },
    },
    {
      read: ({ raw, other }) => raw.nvmlDeviceGetUtilizationRates({ device: other }),
      before: { utilization: { gpu: 0, memory: 0 } },
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 1 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
};
