import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const UUID = 'GPU-01234567-89ab-cdef-0123-456789abcdef';
const BYTES = Uint8Array.from([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);

const loseAll = ({ machine }: AnswerHost) => machine.inject({ kind: 'driver-not-loaded' });
/** Whether the looked up handle is GPU 0's. */
const isFirst = (host: AnswerHost, device: bigint) => ({ first: device === host.device });

export const enumerationAnswers: AnswerTable = {
  nvmlDeviceGetCount_v2: {
    read: ({ raw }) => raw.nvmlDeviceGetCount_v2({}),
    before: { deviceCount: 2 },
    change: loseAll,
    after: refused('DRIVER_NOT_LOADED'),
  },
  nvmlDeviceGetCount: {
    options: { gpus: 5 },
    read: ({ raw }) => raw.nvmlDeviceGetCount({}),
    before: { deviceCount: 5 },
    change: loseAll,
    after: refused('DRIVER_NOT_LOADED'),
  },
  nvmlDeviceGetHandleByIndex_v2: [
    {
      read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByIndex_v2({ index: 0 }).device),
      before: { first: true },
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
    {
      read: ({ raw }) => raw.nvmlDeviceGetHandleByIndex_v2({ index: 2 }),
      before: refused('INVALID_ARGUMENT'),
      change: loseAll,
      after: refused('DRIVER_NOT_LOADED'),
    },
  ],
  nvmlDeviceGetHandleByIndex: {
    read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByIndex({ index: 1 }).device),
    before: { first: false },
    change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 1 }),
    after: refused('GPU_IS_LOST'),
  },
  nvmlDeviceGetHandleBySerial: {
    read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleBySerial({ serial: '1650000000001' }).device),
    before: refused('NOT_FOUND'),
    change: set({ 'board.serial': '1650000000001' }),
    after: { first: true },
  },
  nvmlDeviceGetHandleByUUID: {
    read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByUUID({ uuid: UUID }).device),
    before: refused('NOT_FOUND'),
    change: set({ 'board.uuid': UUID }),
    after: { first: true },
  },
  nvmlDeviceGetHandleByUUIDV: [
    {
      read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByUUIDV({ uuid: { type: 1, value: { str: UUID } } }).device),
      before: refused('NOT_FOUND'),
      change: set({ 'board.uuid': UUID }),
      after: { first: true },
    },
    {
      read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByUUIDV({ uuid: { type: 2, value: { bytes: BYTES } } }).device),
      before: refused('NOT_FOUND'),
      change: ({ machine }) => machine.set(1, { 'board.uuid': UUID }),
      after: { first: false },
    },
    {
      read: ({ raw }) => raw.nvmlDeviceGetHandleByUUIDV({ uuid: { type: 0, value: { str: UUID } } }),
      before: refused('INVALID_ARGUMENT'),
      change: loseAll,
      after: refused('DRIVER_NOT_LOADED'),
    },
  ],
  nvmlDeviceGetHandleByPciBusId_v2: {
    read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByPciBusId_v2({ pciBusId: '0000:af:00.0' }).device),
    before: refused('NOT_FOUND'),
    change: set({ 'pcie.bus': 0xaf }),
    after: { first: true },
  },
  nvmlDeviceGetHandleByPciBusId: {
    read: (host) => isFirst(host, host.raw.nvmlDeviceGetHandleByPciBusId({ pciBusId: '00000001:07:00.0' }).device),
    before: refused('NOT_FOUND'),
    change: set({ 'pcie.domain': 1 }),
    after: { first: true },
  },
  nvmlDeviceGetIndex: {
    read: ({ raw, other }) => raw.nvmlDeviceGetIndex({ device: other }),
    before: { index: 1 },
    change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 1 }),
    after: refused('GPU_IS_LOST'),
  },
  nvmlDeviceGetMinorNumber: {
    read: ({ raw, other }) => raw.nvmlDeviceGetMinorNumber({ device: other }),
    before: { minorNumber: 1 },
    change: ({ machine }) => machine.set(1, { 'board.minor-number': 6 }),
    after: { minorNumber: 6 },
  },
};
