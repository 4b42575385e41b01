import { oneGpu } from '../one-gpu.ts';
import { readFields } from './field-values.ts';
import type { AnswerHost, AnswerTable } from './table.ts';
import { refused, set } from './table.ts';

const THRESHOLDS = ['shutdown', 'slowdown', 'mem-max', 'gpu-max'] as const;
const thresholds = ({ raw, device }: AnswerHost) => THRESHOLDS.map((thresholdType) => raw.nvmlDeviceGetTemperatureThreshold({ device, thresholdType }).temp);
const TARGETS = ['acoustic-min', 'acoustic-curr', 'acoustic-max'] as const;
const target = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetTemperatureThreshold({ device, thresholdType: 'acoustic-curr' });
const TLIMITS = [
  'NVML_FI_DEV_TEMPERATURE_SHUTDOWN_TLIMIT',
  'NVML_FI_DEV_TEMPERATURE_SLOWDOWN_TLIMIT',
  'NVML_FI_DEV_TEMPERATURE_MEM_MAX_TLIMIT',
  'NVML_FI_DEV_TEMPERATURE_GPU_MAX_TLIMIT',
] as const;

export const thermalAnswers: AnswerTable = {
  nvmlDeviceGetTemperature: {
    read: ({ raw, device }) => raw.nvmlDeviceGetTemperature({ device, sensorType: 'gpu' }),
    before: { temp: 31 },
    change: set({ 'thermal.gpu-celsius': 74 }),
    after: { temp: 74 },
  },
  nvmlDeviceGetTemperatureV: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetTemperatureV({ device, temperature: { sensorType: 'gpu' } }),
      before: { temperature: { temperature: 31 } },
      change: set({ 'thermal.gpu-celsius': 74 }),
      after: { temperature: { temperature: 74 } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetTemperatureV({ device, temperature: { sensorType: 1 } }),
      before: refused('INVALID_ARGUMENT'),
      change: ({ machine }) => machine.inject({ kind: 'gpu-lost', gpu: 0 }),
      after: refused('GPU_IS_LOST'),
    },
  ],
  nvmlDeviceGetTemperatureThreshold: [
    {
      read: thresholds,
      before: [92, 89, 95, 85],
      change: set({ 'thermal.shutdown-celsius': 98, 'thermal.slowdown-celsius': 95, 'thermal.memory-maximum-celsius': 90, 'thermal.gpu-maximum-celsius': 93 }),
      after: [98, 95, 90, 93],
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceGetTemperatureThreshold({ device, thresholdType: 'mem-max' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'thermal.memory-maximum-celsius': 110 }),
      after: { temp: 110 },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => TARGETS.map((thresholdType) => raw.nvmlDeviceGetTemperatureThreshold({ device, thresholdType }).temp),
      before: [65, 83, 91],
      change: set({ 'thermal.target-minimum-celsius': 60, 'thermal.target-celsius': 70, 'thermal.target-maximum-celsius': 88 }),
      after: [60, 70, 88],
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetTemperatureThreshold({ device, thresholdType: 'gps-curr' }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'thermal.gps-celsius': 80 }),
      after: { temp: 80 },
    },
  ],
  nvmlDeviceSetTemperatureThreshold: [
    {
      profile: oneGpu('rtx-3090'),
      read: target,
      before: { temp: 83 },
      change: ({ raw, device }) => raw.nvmlDeviceSetTemperatureThreshold({ device, thresholdType: 'acoustic-curr', temp: 70 }),
      after: { temp: 70 },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: ({ raw, device }) => raw.nvmlDeviceSetTemperatureThreshold({ device, thresholdType: 'acoustic-curr', temp: 92 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'thermal.target-maximum-celsius': 95 }),
      after: {},
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceSetTemperatureThreshold({ device, thresholdType: 'acoustic-curr', temp: 80 }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'thermal.target-minimum-celsius': 65, 'thermal.target-celsius': 83, 'thermal.target-maximum-celsius': 91 }),
      after: {},
    },
  ],
  nvmlDeviceGetMarginTemperature: [
    {
      profile: 'hgx-h100-8',
      read: ({ raw, device }) => raw.nvmlDeviceGetMarginTemperature({ device, marginTempInfo: {} }),
      before: { marginTempInfo: { marginTemperature: 58 } },
      change: set({ 'thermal.gpu-celsius': 90 }),
      after: { marginTempInfo: { marginTemperature: -3 } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetMarginTemperature({ device, marginTempInfo: {} }),
      before: refused('NOT_SUPPORTED'),
      change: set({ 'thermal.tells-margin': true }),
      after: { marginTempInfo: { marginTemperature: 85 - 31 } },
    },
  ],
  nvmlDeviceGetThermalSettings: [
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetThermalSettings({ device, sensorIndex: 15 }),
      before: {
        pThermalSettings: { count: 1, sensor: [{ controller: { name: 'gpu-internal' }, defaultMinTemp: 0, defaultMaxTemp: 127, currentTemp: 31, target: { name: 'gpu' } }, {}, {}] },
      },
      change: set({
        'thermal.sensor.1.target': 'memory',
        'thermal.sensor.1.minimum-celsius': -10,
        'thermal.sensor.2.target': 'board',
        'thermal.board-celsius': 28,
        'thermal.gpu-celsius': 50,
      }),
      after: {
        pThermalSettings: {
          count: 3,
          sensor: [
            { currentTemp: 50, target: { name: 'gpu' } },
            { currentTemp: 34, defaultMinTemp: -10, target: { name: 'memory' } },
            { currentTemp: 28, target: { name: 'board' } },
          ],
        },
      },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetThermalSettings({ device, sensorIndex: 1 }),
      before: refused('INVALID_ARGUMENT'),
      change: set({ 'thermal.sensor.1.target': 'memory' }),
      after: { pThermalSettings: { count: 1, sensor: [{ currentTemp: 34, target: { name: 'memory' } }, {}, {}] } },
    },
    {
      read: ({ raw, device }) => raw.nvmlDeviceGetThermalSettings({ device, sensorIndex: 0 }),
      before: { pThermalSettings: { count: 1 } },
      change: set({ 'thermal.sensor.0.target': null }),
      after: refused('NOT_SUPPORTED'),
    },
  ],
  nvmlDeviceGetFieldValues: [
    {
      read: readFields('NVML_FI_DEV_MEMORY_TEMP'),
      before: { NVML_FI_DEV_MEMORY_TEMP: 34 },
      change: set({ 'thermal.memory-celsius': 81 }),
      after: { NVML_FI_DEV_MEMORY_TEMP: 81 },
    },
    {
      profile: oneGpu('rtx-3090'),
      read: readFields('NVML_FI_DEV_MEMORY_TEMP'),
      before: { NVML_FI_DEV_MEMORY_TEMP: 'not-supported' },
      change: set({ 'thermal.memory-celsius': 64 }),
      after: { NVML_FI_DEV_MEMORY_TEMP: 64 },
    },
    {
      profile: 'hgx-h100-8',
      read: readFields(...TLIMITS),
      before: Object.fromEntries(TLIMITS.map((name, at) => [name, [-8, -2, 0, 0][at]])),
      change: set({ 'thermal.slowdown-celsius': 86, 'thermal.memory-maximum-celsius': null }),
      after: Object.fromEntries(TLIMITS.map((name, at) => [name, [-8, 1, 'not-supported', 0][at]])),
    },
    {
      read: readFields(...TLIMITS),
      before: Object.fromEntries(TLIMITS.map((name) => [name, 'not-supported'])),
      change: set({ 'thermal.tells-margin': true }),
      after: Object.fromEntries(TLIMITS.map((name, at) => [name, [85 - 92, 85 - 89, 0, 0][at]])),
    },
  ],
};
