import { oneGpu } from '../one-gpu.ts';
import type { AnswerTable } from './table.ts';
import { refused, set, setHost } from './table.ts';

const enabled = { name: 'enabled' }, disabled = { name: 'disabled' };

export const modesAnswers: AnswerTable = {
  nvmlDeviceGetPersistenceMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPersistenceMode({ device }),
    before: { mode: enabled },
    change: set({ persistence: false }),
    after: { mode: disabled },
  },
  nvmlDeviceSetPersistenceMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetPersistenceMode({ device }),
    before: { mode: enabled },
    change: ({ raw, device }) => raw.nvmlDeviceSetPersistenceMode({ device, mode: 'disabled' }),
    after: { mode: disabled },
  },
  nvmlDeviceGetComputeMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetComputeMode({ device }),
    before: { mode: { name: 'default' } },
    change: set({ 'modes.compute': 'exclusive-process' }),
    after: { mode: { name: 'exclusive-process' } },
  },
  nvmlDeviceSetComputeMode: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetComputeMode({ device }),
      before: { mode: { name: 'default' } },
      change: ({ raw, device }) => raw.nvmlDeviceSetComputeMode({ device, mode: 'prohibited' }),
      after: { mode: { name: 'prohibited' } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetComputeMode({ device, mode: 'exclusive-thread' }),
      before: refused('NOT_SUPPORTED'),
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetComputeMode({ device, mode: 4 }),
      before: refused('INVALID_ARGUMENT'),
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlDeviceGetGpuOperationMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetGpuOperationMode({ device }),
    before: refused('NOT_SUPPORTED'),
    change: set({ 'modes.operation': 'compute' }),
    after: { current: { name: 'compute' }, pending: { name: 'compute' } },
  },
  nvmlDeviceSetGpuOperationMode: [
    {
      prepare: set({ 'modes.operation': 'all-on' }),
      read: ({ raw, device }) => raw.nvmlDeviceGetGpuOperationMode({ device }),
      before: { current: { name: 'all-on' }, pending: { name: 'all-on' } },
      change: ({ raw, device }) => raw.nvmlDeviceSetGpuOperationMode({ device, mode: 'low-dp' }),
      after: { current: { name: 'all-on' }, pending: { name: 'low-dp' } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetGpuOperationMode({ device, mode: 'compute' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'modes.operation': 'all-on' }),
      after: {},
    },
  ],
  nvmlDeviceGetAPIRestriction: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetAPIRestriction({ device, apiType: 'application-clocks' }),
      before: { isRestricted: enabled },
      change: set({ 'modes.application-clocks-restricted': false }),
      after: { isRestricted: disabled },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetAPIRestriction({ device, apiType: 'auto-boosted-clocks' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'modes.auto-boosted-clocks-restricted': true }),
      after: { isRestricted: enabled },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetAPIRestriction({ device, apiType: 'application-clocks' }),
      before: refused('NOT_SUPPORTED'),
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
  nvmlDeviceSetAPIRestriction: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetAPIRestriction({ device, apiType: 'application-clocks' }),
      before: { isRestricted: enabled },
      change: ({ raw, device }) => raw.nvmlDeviceSetAPIRestriction({ device, apiType: 'application-clocks', isRestricted: 'disabled' }),
      after: { isRestricted: disabled },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetAPIRestriction({ device, apiType: 'auto-boosted-clocks', isRestricted: 'disabled' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'modes.auto-boosted-clocks-restricted': true }),
      after: {},
    },
  ],
  nvmlDeviceGetDisplayMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetDisplayMode({ device }),
    before: { display: enabled },
    change: set({ 'modes.display': false }),
    after: { display: disabled },
  },
  nvmlDeviceGetDisplayActive: {
    read: ({ raw, device }) => raw.nvmlDeviceGetDisplayActive({ device }),
    before: { isActive: disabled },
    change: set({ 'modes.display-active': true }),
    after: { isActive: enabled },
  },
  nvmlDeviceGetGspFirmwareVersion: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetGspFirmwareVersion({ device }),
      before: { version: '610.43.02' },
      change: set({ 'modes.gsp': false }),
      after: refused('NOT_SUPPORTED'),
    },
    {
      profile: 'tesla-v100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetGspFirmwareVersion({ device }),
      before: refused('NOT_SUPPORTED'),
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetGspFirmwareMode: {
    read: ({ raw, device }) => raw.nvmlDeviceGetGspFirmwareMode({ device }),
    before: { isEnabled: 1, defaultMode: 1 },
    change: set({ 'modes.gsp': false }),
    after: { isEnabled: 0, defaultMode: 1 },
  },
  nvmlDeviceGetAddressingMode: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetAddressingMode({ device, mode: {} }),
      before: { mode: { value: 1 } },
      change: set({ 'modes.addressing': 'ats' }),
      after: { mode: { value: 2 } },
    },
    {
      profile: 'tesla-v100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetAddressingMode({ device, mode: {} }),
      before: refused('NOT_SUPPORTED'),
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceSetRusdSettings_v1: [
    {
      read: async ({ machine }) => (await machine.attributes(0)).find(({ name }) => name === 'gpu.0.modes.rusd-poll-mask'),
      before: { value: '0' },
      change: ({ raw, device }) => raw.nvmlDeviceSetRusdSettings_v1({ device, settings: { pollMask: 0x18n } }),
      after: { value: '24' },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetRusdSettings_v1({ device, settings: { pollMask: 0x100n } }),
      before: refused('INVALID_ARGUMENT'),
      change: setHost({ 'host.permissions': 'user' }),
      after: refused('NO_PERMISSION'),
    },
  ],
};
