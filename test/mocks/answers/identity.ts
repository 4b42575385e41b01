import { expect } from 'vitest';
import { oneGpu } from '../one-gpu.ts';
import type { AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

export const identityAnswers: AnswerTable = {
  nvmlDeviceGetName: {
    read: ({ raw, device }) => raw.nvmlDeviceGetName({ device }),
    before: { name: 'NVIDIA A100-SXM4-80GB' },
    change: set({ 'board.name': 'NVIDIA A100-PCIE-40GB' }),
    after: { name: 'NVIDIA A100-PCIE-40GB' },
  },
  nvmlDeviceGetBrand: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetBrand({ device }),
      before: { type: { name: 'nvidia' } },
      change: set({ 'board.brand': 'titan-rtx' }),
      after: { type: { name: 'titan-rtx' } },
    },
    {
      profile: 'tesla-v100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetBrand({ device }),
      before: { type: { name: 'tesla' } },
      change: set({ 'board.brand': 'nvidia-cloud-gaming' }),
      after: { type: { name: 'nvidia-cloud-gaming' } },
    },
  ],
  nvmlDeviceGetSerial: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetSerial({ device }),
      before: { serial: expect.stringMatching(/^\d{13}$/) },
      change: set({ 'board.serial': null }),
      after: refused('NOT_SUPPORTED'),
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetSerial({ device }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.serial': '1322421044887' }),
      after: { serial: '1322421044887' },
    },
  ],
  nvmlDeviceGetModuleId: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetModuleId({ device }),
      before: { moduleId: 3 },
      change: set({ 'board.module-id': 5 }),
      after: { moduleId: 5 },
    },
    {
      read: ({ raw, other }) => raw.nvmlDeviceGetModuleId({ device: other }),
      before: { moduleId: 1 },
      change: ({ machine }) => machine.set(1, { 'board.module-id': null }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetUUID: {
    read: ({ raw, device }) => raw.nvmlDeviceGetUUID({ device }),
    before: { uuid: expect.stringMatching(/^GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
    change: set({ 'board.uuid': 'GPU-01234567-89ab-cdef-0123-456789abcdef' }),
    after: { uuid: 'GPU-01234567-89ab-cdef-0123-456789abcdef' },
  },
  nvmlDeviceGetBoardPartNumber: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetBoardPartNumber({ device }),
      before: { partNumber: '692-2G506-0210-002' },
      change: set({ 'board.part-number': '692-2G506-0212-003' }),
      after: { partNumber: '692-2G506-0212-003' },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetBoardPartNumber({ device }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.part-number': '900-1G136-2510-000' }),
      after: { partNumber: '900-1G136-2510-000' },
    },
  ],
  nvmlDeviceGetVbiosVersion: {
    read: ({ raw, device }) => raw.nvmlDeviceGetVbiosVersion({ device }),
    before: { version: '92.00.45.00.05' },
    change: set({ 'board.vbios': '92.00.9E.00.01' }),
    after: { version: '92.00.9E.00.01' },
  },
  nvmlDeviceGetCudaComputeCapability: {
    read: ({ raw, device }) => raw.nvmlDeviceGetCudaComputeCapability({ device }),
    before: { major: 8, minor: 0 },
    change: set({ 'board.compute-capability.major': 10, 'board.compute-capability.minor': 3 }),
    after: { major: 10, minor: 3 },
  },
  nvmlDeviceGetNumGpuCores: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetNumGpuCores({ device }),
      before: { numCores: 6912 },
      change: set({ 'board.cores': null }),
      after: refused('NOT_SUPPORTED'),
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetNumGpuCores({ device }),
      before: { numCores: 10_496 },
      change: set({ 'board.cores': 10_240 }),
      after: { numCores: 10_240 },
    },
  ],
  nvmlDeviceGetMemoryBusWidth: {
    read: ({ raw, device }) => raw.nvmlDeviceGetMemoryBusWidth({ device }),
    before: { busWidth: 5120 },
    change: set({ 'board.memory-bus-bits': 4096 }),
    after: { busWidth: 4096 },
  },
  // Fixed when a machine is made, as what a function needs depends on it.
  nvmlDeviceGetArchitecture: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetArchitecture({ device }),
      before: { arch: { name: 'ampere' } },
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
    {
      profile: 'tesla-v100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetArchitecture({ device }),
      before: { arch: { name: 'volta' } },
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetBoardId: {
    read: ({ raw, device }) => raw.nvmlDeviceGetBoardId({ device }),
    before: { boardId: 0x700 },
    change: set({ 'board.board-id': 0x1234 }),
    after: { boardId: 0x1234 },
  },
  nvmlDeviceGetMultiGpuBoard: {
    read: ({ raw, device }) => raw.nvmlDeviceGetMultiGpuBoard({ device }),
    before: { multiGpuBool: 0 },
    change: set({ 'board.multi-gpu': true }),
    after: { multiGpuBool: 1 },
  },
  nvmlDeviceGetPdi: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPdi({ device, pdi: {} }),
    before: { pdi: { value: expect.any(BigInt) } },
    change: set({ 'board.pdi': '0xdcf1ff36c40bd6cb' }),
    after: { pdi: { value: 0xdcf1_ff36_c40b_d6cbn } },
  },
  nvmlDeviceGetBridgeChipInfo: {
    read: ({ raw, device }) => raw.nvmlDeviceGetBridgeChipInfo({ device }),
    before: refused('NOT_SUPPORTED'),
    change: set({ 'board.bridge.0.type': 'plx', 'board.bridge.0.firmware': 7, 'board.bridge.1.type': 'bro4' }),
    after: {
      bridgeHierarchy: {
        bridgeCount: 2,
        bridgeChipInfo: expect.arrayContaining([
          { type: { name: 'plx', value: 0 }, fwVersion: 7 },
          { type: { name: 'bro4', value: 1 }, fwVersion: 0 },
        ]),
      },
    },
  },
  nvmlDeviceGetHostname_v1: {
    profile: oneGpu('b200-sxm-180'),
    read: ({ raw, device }) => raw.nvmlDeviceGetHostname_v1({ device }),
    before: { hostname: { value: '' } },
    change: set({ 'board.hostname': 'rack-7-node-3' }),
    after: { hostname: { value: 'rack-7-node-3' } },
  },
  nvmlDeviceSetHostname_v1: [
    {
      profile: oneGpu('b200-sxm-180'),
      read: ({ raw, device }) => raw.nvmlDeviceGetHostname_v1({ device }),
      prepare: set({ 'board.hostname': 'a-longer-name-than-the-next' }),
      before: { hostname: { value: 'a-longer-name-than-the-next' } },
      change: ({ raw, device }) => raw.nvmlDeviceSetHostname_v1({ device, hostname: { value: 'node-4' } }),
      after: { hostname: { value: 'node-4' } },
    },
    {
      profile: oneGpu('b200-sxm-180'),
      read: ({ raw, device }) => raw.nvmlDeviceSetHostname_v1({ device, hostname: { value: '' } }),
      before: refused('INVALID_ARGUMENT'),
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetCapabilities: [
    {
      profile: 'hgx-h100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetCapabilities({ device, caps: {} }),
      before: { caps: { capMask: 0 } },
      change: set({ 'board.egm': true }),
      after: { caps: { capMask: 1 } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetCapabilities({ device, caps: {} }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'board.egm': false }),
      after: { caps: { capMask: 0 } },
    },
  ],
};
