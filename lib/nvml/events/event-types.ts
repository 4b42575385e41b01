/** The events that a driver tells, by name. Bits: header 13.3.29. Open: a type that this version has not heard of is `unknown`, with its bits. */
import { eventTypes as e, systemEventTypes as s } from '../../abi/nvml/flags.ts';
import { GpuwrightError } from '../../errors.ts';

export const GPU_EVENT_TYPES = {
  'single-bit-ecc-error': e.nvmlEventTypeSingleBitEccError,
  'double-bit-ecc-error': e.nvmlEventTypeDoubleBitEccError,
  pstate: e.nvmlEventTypePState,
  xid: e.nvmlEventTypeXidCriticalError,
  clock: e.nvmlEventTypeClock,
  'power-source': e.nvmlEventTypePowerSourceChange,
  'mig-config': e.nvmlEventMigConfigChange,
  'single-bit-ecc-error-storm': e.nvmlEventTypeSingleBitEccErrorStorm,
  'dram-retirement': e.nvmlEventTypeDramRetirementEvent,
  'dram-retirement-failure': e.nvmlEventTypeDramRetirementFailure,
  'non-fatal-poison-error': e.nvmlEventTypeNonFatalPoisonError,
  'fatal-poison-error': e.nvmlEventTypeFatalPoisonError,
  'gpu-unavailable': e.nvmlEventTypeGpuUnavailableError,
  'recovery-action': e.nvmlEventTypeGpuRecoveryAction,
} as const;

export const SYSTEM_EVENT_TYPES = {
  'driver-unbind': s.nvmlSystemEventTypeGpuDriverUnbind,
  'driver-bind': s.nvmlSystemEventTypeGpuDriverBind,
} as const;

export type GpuEventType = keyof typeof GPU_EVENT_TYPES;
export type SystemEventType = keyof typeof SYSTEM_EVENT_TYPES;
export type NvmlEventType = GpuEventType | SystemEventType;

/** What is listened to, as NVML's masks. */
export interface WantedEvents {
  readonly gpu: bigint;
  readonly system: bigint;
}

const mask = (bits: Readonly<Record<string, bigint>>, names: readonly string[]): bigint => names.reduce((sum, name) => sum | (bits[name] ?? 0n), 0n);

/** Those included that have no name yet: GPUs tell which they have. */
const ALL = 0xffff_ffff_ffff_ffffn;

/** Of all types where none are given. Throws `INVALID_INPUT` for one that is none. */
export function wantedEvents(types: readonly NvmlEventType[] | undefined): WantedEvents {
  const all = [...Object.keys(GPU_EVENT_TYPES), ...Object.keys(SYSTEM_EVENT_TYPES)];
  const names: readonly string[] = types ?? all;
  const wrong = names.find((name) => !all.includes(name));
  if (wrong !== undefined) throw new GpuwrightError('INVALID_INPUT', `events: there is no event type ${JSON.stringify(wrong)}: choose among ${all.join(', ')}`);
  if (names.length === 0) throw new GpuwrightError('INVALID_INPUT', 'events: no types are given: leave types out for all of them');
  return { gpu: types === undefined ? ALL : mask(GPU_EVENT_TYPES, names), system: mask(SYSTEM_EVENT_TYPES, names) };
}

function nameIn<N extends string>(bits: Readonly<Record<N, bigint>>, type: bigint): N | 'unknown' {
  return (Object.keys(bits) as N[]).find((name) => bits[name] === type) ?? 'unknown';
}

export function gpuEventType(bits: bigint): GpuEventType | 'unknown' {
  return nameIn(GPU_EVENT_TYPES, bits);
}

export function systemEventType(bits: bigint): SystemEventType | 'unknown' {
  return nameIn(SYSTEM_EVENT_TYPES, bits);
}

/** The names in a mask. */
export function gpuEventTypesIn(bits: bigint): readonly GpuEventType[] {
  return (Object.keys(GPU_EVENT_TYPES) as GpuEventType[]).filter((name) => (bits & GPU_EVENT_TYPES[name]) !== 0n);
}

export function systemEventTypesIn(bits: bigint): readonly SystemEventType[] {
  return (Object.keys(SYSTEM_EVENT_TYPES) as SystemEventType[]).filter((name) => (bits & SYSTEM_EVENT_TYPES[name]) !== 0n);
}
