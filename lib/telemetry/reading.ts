/**
 * One observed field. Zero never stands for "unknown", unsupported is not healthy.
 */
import type { ErrorCode } from '../errors.ts';
import { isGpuwrightError } from '../errors.ts';

export interface ReadingError {
  readonly code: ErrorCode | 'UNEXPECTED';
  readonly status: number | null;
  readonly call: string | null;
  readonly message: string;
}

export type Reading<T> =
  | { readonly state: 'value'; readonly value: T }
  /** The card or the driver does not have this. */
  | { readonly state: 'unsupported' }
  | { readonly state: 'failed'; readonly error: ReadingError }
  /** An older value; the newest attempt did not come back. */
  | { readonly state: 'stale'; readonly value: T; readonly ageMs: number };

export const unsupported = { state: 'unsupported' } as const;

export function valueOf<T>(value: T): Reading<T> {
  return { state: 'value', value };
}

export function failed(error: unknown): { state: 'failed'; error: ReadingError } {
  if (isGpuwrightError(error)) {
    return { state: 'failed', error: { code: error.code, status: error.status ?? null, call: error.call ?? null, message: error.message } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { state: 'failed', error: { code: 'UNEXPECTED', status: null, call: null, message } };
}

/** Transforms the value of `value` and `stale`, passes the others on. */
export function mapReading<T, U>(reading: Reading<T>, transform: (value: T) => U): Reading<U> {
  if (reading.state === 'value') return { state: 'value', value: transform(reading.value) };
  if (reading.state === 'stale') return { ...reading, value: transform(reading.value) };
  return reading;
}
