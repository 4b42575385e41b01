import { oneGpu } from '../one-gpu.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const profile = oneGpu('rtx-3090');
const automatic = { policy: { name: 'temperature-continous-sw' } }, manual = { policy: { name: 'manual' } };
/** What a fan does and who says so. */
const state = ({ raw, device }: AnswerHost) => ({ ...raw.nvmlDeviceGetFanSpeed_v2({ device, fan: 1 }), ...raw.nvmlDeviceGetFanControlPolicy_v2({ device, fan: 1 }) });
const lose = ({ machine }: AnswerHost) => machine.inject({ kind: 'gpu-lost', gpu: 0 });

export const fanAnswers: AnswerTable = {
  nvmlDeviceGetNumFans: [
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetNumFans({ device }),
      before: { numFans: 2 },
      change: set({ 'thermal.fans': 3 }),
      after: { numFans: 3 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetNumFans({ device }),
      before: refused('NOT_SUPPORTED'),
      change: lose,
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetFanSpeed: [
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetFanSpeed({ device }),
      before: { speed: 30 },
      change: set({ 'thermal.fan.0.speed-percent': 62, 'thermal.fan.1.speed-percent': 88 }),
      after: { speed: 62 },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetFanSpeed({ device }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'thermal.fans': 1, 'thermal.fan-maximum-percent': 100, 'thermal.fan.0.speed-percent': 45 }),
      after: { speed: 45 },
    },
  ],
  nvmlDeviceGetFanSpeed_v2: [
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetFanSpeed_v2({ device, fan: 1 }),
      before: { speed: 30 },
      change: set({ 'thermal.fan.1.speed-percent': 0 }),
      after: { speed: 0 },
    },
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetFanSpeed_v2({ device, fan: 2 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'thermal.fans': 0 }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetFanSpeedRPM: [
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetFanSpeedRPM({ device, fanSpeed: { fan: 1 } }),
      before: { fanSpeed: { fan: 1, speed: 900 } },
      change: set({ 'thermal.fan.1.speed-percent': 50 }),
      after: { fanSpeed: { speed: 1500 } },
    },
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetFanSpeedRPM({ device, fanSpeed: { fan: 0 } }),
      before: { fanSpeed: { speed: 900 } },
      change: set({ 'thermal.fan-maximum-rpm': null }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetTargetFanSpeed: {
    profile,
    read: ({ raw, device }) => raw.nvmlDeviceGetTargetFanSpeed({ device, fan: 0 }),
    before: { targetSpeed: 30 },
    change: ({ raw, device }) => raw.nvmlDeviceSetFanSpeed_v2({ device, fan: 0, speed: 77 }),
    after: { targetSpeed: 77 },
  },
  nvmlDeviceGetMinMaxFanSpeed: {
    profile,
    read: ({ raw, device }) => raw.nvmlDeviceGetMinMaxFanSpeed({ device }),
    before: { minSpeed: 30, maxSpeed: 100 },
    change: set({ 'thermal.fan-minimum-percent': 20, 'thermal.fan-maximum-percent': 90 }),
    after: { minSpeed: 20, maxSpeed: 90 },
  },
  nvmlDeviceGetFanControlPolicy_v2: {
    profile,
    read: ({ raw, device }) => raw.nvmlDeviceGetFanControlPolicy_v2({ device, fan: 1 }),
    before: automatic,
    change: set({ 'thermal.fan.1.policy': 'manual' }),
    after: manual,
  },
  nvmlDeviceSetFanSpeed_v2: [
    {
      profile,
      read: state,
      before: { speed: 30, ...automatic },
      change: ({ raw, device }) => raw.nvmlDeviceSetFanSpeed_v2({ device, fan: 1, speed: 85 }),
      after: { speed: 85, ...manual },
    },
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceSetFanSpeed_v2({ device, fan: 1, speed: 29 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'thermal.fan-minimum-percent': 0 }),
      after: {},
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetFanSpeed_v2({ device, fan: 0, speed: 50 }),
      before: refused('NOT_SUPPORTED'),
      change: lose,
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceSetDefaultFanSpeed_v2: {
    profile,
    prepare: ({ raw, device }) => raw.nvmlDeviceSetFanSpeed_v2({ device, fan: 1, speed: 85 }),
    read: state,
    before: { speed: 85, ...manual },
    change: ({ raw, device }) => raw.nvmlDeviceSetDefaultFanSpeed_v2({ device, fan: 1 }),
    after: { speed: 30, ...automatic },
  },
  nvmlDeviceSetFanControlPolicy: [
    {
      profile,
      prepare: set({ 'thermal.fan.1.speed-percent': 47 }),
      read: state,
      before: { speed: 47, ...automatic },
      change: ({ raw, device }) => raw.nvmlDeviceSetFanControlPolicy({ device, fan: 1, policy: 'manual' }),
      after: { speed: 47, ...manual },
    },
    {
      profile,
      prepare: ({ raw, device }) => raw.nvmlDeviceSetFanSpeed_v2({ device, fan: 1, speed: 60 }),
      read: state,
      before: { speed: 60, ...manual },
      change: ({ raw, device }) => raw.nvmlDeviceSetFanControlPolicy({ device, fan: 1, policy: 'temperature-continous-sw' }),
      after: { speed: 30, ...automatic },
    },
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceSetFanControlPolicy({ device, fan: 1, policy: 2 }),
      before: refused('INVALID_ARGUMENT'),
      change: lose,
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetCoolerInfo: [
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetCoolerInfo({ device, coolerInfo: { index: 1 } }),
      before: { coolerInfo: { index: 1, signalType: { name: 'variable' }, target: { name: 'gpu-related' } } },
      change: set({ 'thermal.fan.1.control': 'toggle', 'thermal.fan.1.cools': 'power-supply' }),
      after: { coolerInfo: { signalType: { name: 'toggle' }, target: { name: 'power-supply' } } },
    },
    {
      profile,
      read: ({ raw, device }) => raw.nvmlDeviceGetCoolerInfo({ device, coolerInfo: { index: 2 } }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'thermal.fans': 3 }),
      after: { coolerInfo: { signalType: { name: 'none' } } },
    },
  ],
};
