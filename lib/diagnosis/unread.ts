/**
 * What keeps a verdict open: readings that failed or are stale, and cards that cannot tell.
 */
import type { GpuSnapshot } from '../nvml/types.ts';
import type { ReadingError } from '../telemetry/reading.ts';
import { SOURCES } from './sources.ts';
import type { VerdictReason } from './verdict.ts';

/** The readings that a verdict needs, and what a person calls them. */
const HEALTH_READINGS = {
  retiredPages: 'retired pages',
  pageRetirementPending: 'pending page retirement',
  rowRemapping: 'row remapping',
  rowRemapperHistogram: 'spare rows by bank',
  eccMode: 'ECC mode',
  eccCounters: 'ECC counters',
  sramEcc: 'SRAM ECC status',
  repairStatus: 'repair status',
  unrepairableMemory: 'unrepairable memory',
  recoveryAction: 'recovery action',
} as const satisfies Partial<Record<keyof GpuSnapshot, string>>;

/** Fields that say who the GPU is. Some are known from the PCI bus without the GPU's help. */
const IDENTITY_READINGS: readonly (keyof GpuSnapshot)[] = ['uuid', 'pciBusId', 'name', 'serial', 'boardId', 'moduleId', 'minorNumber'];

/** Failures that are no answer, as opposed to an answer that refuses. */
const SILENT: readonly ReadingError['code'][] = ['DEVICE_UNRESPONSIVE', 'TIMEOUT', 'GPU_IS_LOST', 'HELPER_CRASHED'];

/** Whether the GPU answered at all: at least one reading, other than who it is, has a fresh value. */
export function answered(gpu: GpuSnapshot): boolean {
  return fieldsOf(gpu).some((field) => !IDENTITY_READINGS.includes(field) && readingOf(gpu, field).state === 'value');
}

export function unknownReasons(gpu: GpuSnapshot): VerdictReason[] {
  const health = Object.keys(HEALTH_READINGS) as (keyof typeof HEALTH_READINGS)[];
  if (!answered(gpu)) {
    const first = fieldsOf(gpu).map((field) => errorOf(gpu, field)).find((error) => error !== undefined);
    if (first !== undefined) {
      const silent = SILENT.includes(first.code);
      return [reason('gpu-does-not-answer', `${silent ? 'the GPU does not answer' : 'nothing could be read from the GPU'}: ${first.message}`, SOURCES.nvml)];
    }
  }

  const byCode = new Map<string, { fields: string[]; message: string }>();
  for (const field of health) {
    const error = errorOf(gpu, field);
    if (error === undefined) continue;
    const group = byCode.get(error.code) ?? { fields: [], message: error.message };
    group.fields.push(HEALTH_READINGS[field]);
    byCode.set(error.code, group);
  }
  const reasons = [...byCode.values()].map(({ fields, message }) => reason('reading-failed', `not read: ${fields.join(', ')}: ${message}`, SOURCES.ours));

  if (gpu.retiredPages.state === 'unsupported' && gpu.rowRemapping.state === 'unsupported') {
    reasons.push(
      reason('memory-health-not-observable', 'neither page retirement nor row remapping is supported: the health of this memory cannot be observed', SOURCES.memoryErrors),
    );
  }
  if (gpu.retiredPages.state === 'value' && gpu.pageRetirementPending.state === 'unsupported') {
    reasons.push(reason('memory-health-not-observable', 'the driver lists retired pages, but does not tell whether one of them is still in use: this cannot be observed', SOURCES.pageRetirement));
  }
  return reasons;
}

/** Readings outside the verdict that did not come back, by the error that they share. For the screen. */
export function otherFailures(gpu: GpuSnapshot): { readonly fields: readonly string[]; readonly message: string }[] {
  if (!answered(gpu)) return [];
  const byCode = new Map<string, { fields: string[]; message: string }>();
  for (const field of fieldsOf(gpu)) {
    const error = field in HEALTH_READINGS ? undefined : errorOf(gpu, field);
    if (error === undefined) continue;
    const group = byCode.get(error.code) ?? { fields: [], message: error.message };
    // A field that was not read has no unit.
    group.fields.push(field.replace(/(Celsius|Milliwatts)$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`));
    byCode.set(error.code, group);
  }
  return [...byCode.values()];
}

function errorOf(gpu: GpuSnapshot, field: keyof GpuSnapshot): ReadingError | undefined {
  const reading = readingOf(gpu, field);
  if (reading.state === 'failed') return reading.error;
  if (reading.state !== 'stale') return undefined;
  const message = `the last value is ${reading.ageMs} ms old and the newest attempt did not come back: look again, or raise the timeout`;
  return { code: 'DEVICE_UNRESPONSIVE', status: null, call: null, message };
}

type AnyReading = GpuSnapshot['retiredPages'] | GpuSnapshot['unrepairableMemory'];

function readingOf(gpu: GpuSnapshot, field: keyof GpuSnapshot): AnyReading {
  return gpu[field] as AnyReading;
}

function fieldsOf(gpu: GpuSnapshot): (keyof GpuSnapshot)[] {
  return (Object.keys(gpu) as (keyof GpuSnapshot)[]).filter((field) => field !== 'index');
}

function reason(id: VerdictReason['id'], sentence: string, source: string): VerdictReason {
  return { id, severity: 'unknown', sentence, source };
}
