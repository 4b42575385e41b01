/** Clocks: what they are, what they may be, and what holds them down. Megahertz. */
import type { ValueOf } from '../../abi/layout.ts';
import type { pstate } from '../../abi/nvml/enums/clocks.ts';
import { families } from '../../abi/nvml/families.ts';
import { clocksEventReasons as bits } from '../../abi/nvml/flags.ts';
import { nvmlFunctions as c } from '../../abi/nvml/functions.ts';
import type { LibraryCall } from '../../library/library-call.ts';
import { familyCall, functionCall, mapCall } from '../../library/library-call.ts';
import type { CallResult } from '../../library/opened-library.ts';
import type { Reading } from '../../telemetry/reading.ts';
import type { Ask } from './ask.ts';
import { reading } from './ask.ts';
import type { Clocks } from '../types.ts';

const REASONS = {
  'gpu-idle': bits.nvmlClocksEventReasonGpuIdle,
  'applications-clocks-setting': bits.nvmlClocksEventReasonApplicationsClocksSetting,
  'sw-power-cap': bits.nvmlClocksEventReasonSwPowerCap,
  'hw-slowdown': bits.nvmlClocksThrottleReasonHwSlowdown,
  'sync-boost': bits.nvmlClocksEventReasonSyncBoost,
  'sw-thermal-slowdown': bits.nvmlClocksEventReasonSwThermalSlowdown,
  'hw-thermal-slowdown': bits.nvmlClocksThrottleReasonHwThermalSlowdown,
  'hw-power-brake-slowdown': bits.nvmlClocksThrottleReasonHwPowerBrakeSlowdown,
  'display-clock-setting': bits.nvmlClocksEventReasonDisplayClockSetting,
} as const;

export type ClocksEventReason = keyof typeof REASONS;

export interface ClocksEventReasons {
  readonly reasons: readonly ClocksEventReason[];
  /** Bits that this version has not heard of. */
  readonly unknownBits: bigint;
}

export interface GpuClocks {
  readonly current: Reading<Clocks>;
  readonly maximum: Reading<Clocks>;
  /** Deprecated by the vendor from R580 on. */
  readonly applications: Reading<{ readonly graphicsMegahertz: number; readonly memoryMegahertz: number }>;
  readonly defaultApplications: Reading<{ readonly graphicsMegahertz: number; readonly memoryMegahertz: number }>;
  /** Highest first, as the driver lists them. */
  readonly supportedMemoryMegahertz: Reading<readonly number[]>;
  readonly performanceState: Reading<ValueOf<typeof pstate>>;
  /** Why the clocks are not at their highest. */
  readonly eventReasons: Reading<ClocksEventReasons>;
}

export function clocksEventReasonsOf(mask: bigint): ClocksEventReasons {
  const known = Object.entries(REASONS) as [ClocksEventReason, bigint][];
  const unknownBits = known.reduce((left, [, bit]) => left & ~bit, mask);
  return { reasons: known.flatMap(([name, bit]) => ((mask & bit) === 0n ? [] : [name])), unknownBits };
}

type OfType = typeof c.nvmlDeviceGetClockInfo;
type OfApplications = typeof c.nvmlDeviceGetApplicationsClock;

const clocksOf = (descriptor: OfType, device: bigint): readonly LibraryCall<number>[] =>
  (['graphics', 'sm', 'mem', 'video'] as const).map((type) => mapCall(functionCall(descriptor, { device, type }), ({ clock }) => clock));

const applicationsOf = (descriptor: OfApplications, device: bigint): readonly LibraryCall<number>[] =>
  (['graphics', 'mem'] as const).map((clockType) => mapCall(functionCall(descriptor, { device, clockType }), ({ clockMHz }) => clockMHz));

/** One reading of several calls: the first that failed decides. */
function together<T>(results: readonly CallResult<number>[], read: (values: readonly number[]) => T): Reading<T> {
  const failure = results.find((result) => !result.ok);
  if (failure !== undefined) return reading(failure, () => read([]));
  return reading({ ok: true, symbol: '', outputs: results.map((result) => (result.ok ? result.outputs : 0)) }, read);
}

const fourClocks = ([graphics = 0, sm = 0, memory = 0, video = 0]: readonly number[]): Clocks => ({ graphicsMegahertz: graphics, smMegahertz: sm, memoryMegahertz: memory, videoMegahertz: video });
const twoClocks = ([graphics = 0, memory = 0]: readonly number[]): { graphicsMegahertz: number; memoryMegahertz: number } => ({ graphicsMegahertz: graphics, memoryMegahertz: memory });

export async function readClocks(ask: Ask): Promise<GpuClocks> {
  const results = await ask((device) => [
    ...clocksOf(c.nvmlDeviceGetClockInfo, device),
    ...clocksOf(c.nvmlDeviceGetMaxClockInfo as unknown as OfType, device),
    ...applicationsOf(c.nvmlDeviceGetApplicationsClock, device),
    ...applicationsOf(c.nvmlDeviceGetDefaultApplicationsClock as unknown as OfApplications, device),
  ]);
  const [memory, state, reasons] = await ask(
    (device) => [functionCall(c.nvmlDeviceGetSupportedMemoryClocks, { device }), functionCall(c.nvmlDeviceGetPerformanceState, { device }), familyCall(families.clocksEventReasons, { device })] as const,
  );
  return {
    current: together(results.slice(0, 4), fourClocks),
    maximum: together(results.slice(4, 8), fourClocks),
    applications: together(results.slice(8, 10), twoClocks),
    defaultApplications: together(results.slice(10, 12), twoClocks),
    supportedMemoryMegahertz: reading(memory, ({ clocksMHz }) => clocksMHz),
    performanceState: reading(state, ({ pState }) => pState),
    eventReasons: reading(reasons, clocksEventReasonsOf),
  };
}
