import { fieldIds } from '../../../lib/abi/nvml/field-ids.ts';
import { oneGpu } from '../one-gpu.ts';
import { readField } from './field-values.ts';
import type { AnswerHost, AnswerRow, AnswerTable } from './table.ts';
import { set } from './table.ts';

const IDLE = 0x1n, APPLICATION_CLOCKS = 0x2n, POWER_CAP = 0x4n, HARDWARE_SLOWDOWN = 0x8n, SYNC_BOOST = 0x10n, SOFTWARE_THERMAL = 0x20n, HARDWARE_THERMAL = 0x40n;
const POWER_BRAKE = 0x80n;
const B200 = { profile: oneGpu('b200-sxm-180') } as const;

const reasons = ({ raw, device }: AnswerHost) => raw.nvmlDeviceGetCurrentClocksEventReasons({ device }).clocksEventReasons;
const busy = set({ 'load.gpu-percent': 100, 'clocks.graphics-mhz': 1410, 'clocks.sm-mhz': 1410 });

/** Nine seconds of machine time, which stands still else: what is counted meanwhile is exact. */
const nineSeconds = ({ machine }: AnswerHost) => machine.advance(9);
const standsStill = async (host: AnswerHost) => {
  await host.machine.freezeClock();
  // A GPU idles from the first moment on.
  await host.set({ 'clocks.violation.low-utilization-nanoseconds': 0 });
};
const NINE_SECONDS = 9_000_000_000n;

const violation = (perfPolicyType: 'power' | 'thermal' | 'low-utilization' | 'total-app-clocks') => ({ raw, device }: AnswerHost) =>
  raw.nvmlDeviceGetViolationStatus({ device, perfPolicyType }).violTime.violationTime;

/** A counter that is set, and runs on from there while its reason holds. */
function counted(id: number, name: string, reason: string): AnswerRow {
  return {
    prepare: standsStill,
    read: readField(id),
    before: { 'unsigned-long-long': 0n },
    change: async (host) => {
      await host.set({ [`clocks.violation.${name}-nanoseconds`]: 1_000_000_000n, [`clocks.forced-reason.${reason}`]: true });
      await nineSeconds(host);
    },
    after: { 'unsigned-long-long': NINE_SECONDS + 1_000_000_000n },
  };
}

export const clocksReasonAnswers: AnswerTable = {
  nvmlDeviceGetCurrentClocksEventReasons: [
    { read: reasons, before: IDLE, change: busy, after: 0n },
    { prepare: busy, read: reasons, before: 0n, change: set({ 'power.usage-milliwatts': 400_000 }), after: POWER_CAP },
    { prepare: busy, read: reasons, before: 0n, change: set({ 'clocks.application-graphics-mhz': 1095 }), after: APPLICATION_CLOCKS },
    { prepare: busy, read: reasons, before: 0n, change: set({ 'thermal.gpu-celsius': 86 }), after: SOFTWARE_THERMAL },
    { prepare: busy, read: reasons, before: 0n, change: set({ 'thermal.gpu-celsius': 90 }), after: SOFTWARE_THERMAL | HARDWARE_THERMAL | HARDWARE_SLOWDOWN },
    { prepare: busy, read: reasons, before: 0n, change: set({ 'clocks.forced-reason.power-brake': true }), after: POWER_BRAKE | HARDWARE_SLOWDOWN },
    {
      read: reasons,
      before: IDLE,
      change: ({ raw, device, set: setting }) => setting({ 'clocks.forced-reason.sync-boost': true }).then(() => raw.nvmlDeviceSetPowerManagementLimit({ device, limit: 100_000 })),
      after: IDLE | SYNC_BOOST,
    },
  ],
  nvmlDeviceGetCurrentClocksThrottleReasons: {
    read: ({ raw, device }) => raw.nvmlDeviceGetCurrentClocksThrottleReasons({ device }),
    before: { clocksThrottleReasons: IDLE },
    change: busy,
    after: { clocksThrottleReasons: 0n },
  },
  nvmlDeviceGetSupportedClocksEventReasons: {
    read: ({ raw, device }) => raw.nvmlDeviceGetSupportedClocksEventReasons({ device }),
    before: { supportedClocksEventReasons: 0x1ffn },
    change: set({ 'clocks.supported-reasons': '0x0ff' }),
    after: { supportedClocksEventReasons: 0xffn },
  },
  nvmlDeviceGetSupportedClocksThrottleReasons: {
    read: ({ raw, device }) => raw.nvmlDeviceGetSupportedClocksThrottleReasons({ device }),
    before: { supportedClocksThrottleReasons: 0x1ffn },
    change: set({ 'clocks.supported-reasons': 0 }),
    after: { supportedClocksThrottleReasons: 0n },
  },
  nvmlDeviceGetViolationStatus: [
    { prepare: standsStill, read: violation('low-utilization'), before: 0n, change: nineSeconds, after: NINE_SECONDS },
    {
      prepare: (host) => standsStill(host).then(() => busy(host)),
      read: violation('power'),
      before: 0n,
      change: (host) => host.set({ 'power.usage-milliwatts': 450_000 }).then(() => nineSeconds(host)),
      after: NINE_SECONDS,
    },
    {
      prepare: standsStill,
      read: violation('thermal'),
      before: 0n,
      change: (host) => host.set({ 'thermal.gpu-celsius': 92 }).then(() => nineSeconds(host)),
      after: NINE_SECONDS,
    },
    {
      prepare: (host) => standsStill(host).then(() => busy(host)),
      read: violation('total-app-clocks'),
      before: 0n,
      change: (host) => host.set({ 'clocks.graphics-mhz': 1260 }).then(() => nineSeconds(host)),
      after: NINE_SECONDS,
    },
  ],
  nvmlDeviceGetFieldValues: [
    counted(fieldIds.NVML_FI_DEV_PERF_POLICY_POWER, 'power', 'power-cap'),
    counted(fieldIds.NVML_FI_DEV_PERF_POLICY_THERMAL, 'thermal', 'software-thermal'),
    counted(fieldIds.NVML_FI_DEV_PERF_POLICY_SYNC_BOOST, 'sync-boost', 'sync-boost'),
    counted(fieldIds.NVML_FI_DEV_PERF_POLICY_BOARD_LIMIT, 'board-limit', 'board-limit'),
    counted(fieldIds.NVML_FI_DEV_PERF_POLICY_LOW_UTILIZATION, 'low-utilization', 'idle'),
    counted(fieldIds.NVML_FI_DEV_PERF_POLICY_RELIABILITY, 'reliability', 'reliability'),
    counted(fieldIds.NVML_FI_DEV_CLOCKS_EVENT_REASON_SW_THERM_SLOWDOWN, 'software-thermal', 'software-thermal'),
    counted(fieldIds.NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_THERM_SLOWDOWN, 'hardware-thermal', 'hardware-thermal'),
    counted(fieldIds.NVML_FI_DEV_CLOCKS_EVENT_REASON_HW_POWER_BRAKE_SLOWDOWN, 'power-brake', 'power-brake'),
    {
      read: readField(fieldIds.NVML_FI_DEV_PERF_POLICY_TOTAL_APP_CLOCKS),
      before: { 'unsigned-long-long': 0n },
      change: set({ 'clocks.violation.application-clocks-nanoseconds': 5 }),
      after: { 'unsigned-long-long': 5n },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_PERF_POLICY_TOTAL_BASE_CLOCKS),
      before: { 'unsigned-long-long': 0n },
      change: set({ 'clocks.violation.base-clocks-nanoseconds': 6 }),
      after: { 'unsigned-long-long': 6n },
    },
    { ...B200, read: readField(fieldIds.NVML_FI_DEV_MMA_STALL_PERCENT), before: { double: 0 }, change: set({ 'clocks.mma-stall-percent': 17 }), after: { double: 17 } },
    {
      read: readField(fieldIds.NVML_FI_DEV_MCLK_SWITCH_TYPE),
      before: { 'unsigned-int': 1 },
      change: set({ 'clocks.memory-switch': 'runtime' }),
      after: { 'unsigned-int': 2 },
    },
    {
      read: readField(fieldIds.NVML_FI_DEV_MCLK_MIN_SWITCH_INTERVAL_MILLISECONDS),
      before: 'not-supported',
      change: set({ 'clocks.memory-switch-milliseconds': 250 }),
      after: { 'unsigned-int': 250 },
    },
  ],
};
