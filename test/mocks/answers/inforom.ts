import type { AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

export const inforomAnswers: AnswerTable = {
  nvmlDeviceGetInforomVersion: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomVersion({ device, object: 'oem' }),
      before: { version: '2.0' },
      change: set({ 'board.inforom.oem': '2.1' }),
      after: { version: '2.1' },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomVersion({ device, object: 'ecc' }),
      before: { version: '6.16' },
      change: set({ 'board.inforom.ecc': null }),
      after: refused('NOT_SUPPORTED'),
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomVersion({ device, object: 'power' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.inforom.power': '3.0' }),
      after: { version: '3.0' },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomVersion({ device, object: 'den' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.inforom.dram-encryption': '1.0' }),
      after: { version: '1.0' },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomVersion({ device, object: 4 }),
      before: refused('INVALID_ARGUMENT'),
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetInforomImageVersion: {
    read: ({ raw, device }) => raw.nvmlDeviceGetInforomImageVersion({ device }),
    before: { version: 'G506.0210.00.04' },
    change: set({ 'board.inforom.image': 'G506.0212.00.01' }),
    after: { version: 'G506.0212.00.01' },
  },
  nvmlDeviceGetInforomConfigurationChecksum: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomConfigurationChecksum({ device }),
      prepare: set({ 'board.inforom.checksum': '0xc0ffee' }),
      before: { checksum: 0xc0_ffee },
      change: set({ 'board.inforom.valid': false }),
      after: refused('CORRUPTED_INFOROM'),
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetInforomConfigurationChecksum({ device }),
      prepare: set({ 'board.inforom.checksum': null }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.inforom.checksum': 77 }),
      after: { checksum: 77 },
    },
  ],
  nvmlDeviceValidateInforom: {
    read: ({ raw, device }) => raw.nvmlDeviceValidateInforom({ device }),
    before: {},
    change: set({ 'board.inforom.valid': false }),
    after: refused('CORRUPTED_INFOROM'),
  },
  nvmlDeviceGetLastBBXFlushTime: [
    {
      profile: 'hgx-h100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetLastBBXFlushTime({ device }),
      // NVML_ERROR_NOT_READY has no code of its own.
      before: refused('VENDOR_ERROR'),
      change: set({ 'board.bbx.flushed-microseconds': 1_787_238_743_740_000, 'board.bbx.flush-duration-microseconds': 93_088 }),
      after: { timestamp: 1_787_238_743_740_000n, durationUs: 93_088n },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetLastBBXFlushTime({ device }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.bbx.flushed-microseconds': 1 }),
      after: { timestamp: 1n },
    },
  ],
  nvmlDeviceGetBBXTimeData_v1: {
    profile: 'hgx-h100-8',
    prepare: set({ 'board.bbx.run-seconds': 1_000_000 }),
    read: ({ raw, device }) => Math.floor(raw.nvmlDeviceGetBBXTimeData_v1({ device }).timeData.timeRun / 1000),
    before: 1000,
    change: ({ machine }) => machine.advance(7000),
    after: 1007,
  },
};
