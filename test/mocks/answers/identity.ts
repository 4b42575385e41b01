import type { AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

export const identityAnswers: AnswerTable = {
  nvmlDeviceGetName: {
    read: ({ raw, device }) => raw.nvmlDeviceGetName({ device }),
    before: { name: 'NVIDIA A100-SXM4-80GB' },
    change: set({ 'board.name': 'NVIDIA A100-PCIE-40GB' }),
    after: { name: 'NVIDIA A100-PCIE-40GB' },
  },
  nvmlDeviceGetSerial: {
    read: ({ raw, device }) => raw.nvmlDeviceGetSerial({ device }),
    before: {},
    change: set({ 'board.serial': null }),
    after: refused('NOT_SUPPORTED'),
  },
};
